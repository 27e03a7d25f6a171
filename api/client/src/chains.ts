import { appendLink, beginChain, type Link } from './crypto/chain.ts'
import type { KnownSession } from './roster.ts'

/**
 * Puts a message into its author's chain. `gap`: messages before it never came, which is shown with it. `refused`: it was
 * seen before, or stands in another one's place.
 */
export function judge(
  session: KnownSession,
  audience: 'group' | 'direct',
  link: Link,
): 'fine' | 'gap' | 'refused' {
  const chain = session[audience]
  if (chain === undefined) {
    session[audience] = beginChain(link)
    return 'fine'
  }
  const judged = appendLink(chain, link)
  if (!judged.ok) return 'refused'
  session[audience] = judged.value.chain
  return judged.value.gap === undefined ? 'fine' : 'gap'
}
