import { aliasSkeleton, parseAlias, suggestAlias } from '@chat-room/protocol/alias'

/** In the place of the last one tried, which is taken: the first numbered one that was not refused yet (M5). */
export function freeAlias(tried: readonly string[]): string | undefined {
  const parsed = parseAlias(tried.at(-1) ?? '')
  const taken = new Set(tried.map(aliasSkeleton))
  return parsed.ok ? suggestAlias(parsed.value, candidate => taken.has(aliasSkeleton(candidate))) : undefined
}
