import { decodeBase64Url, encodeBase64Url } from './bytes.ts'
import { appendLink, beginChain, CHAIN_START, type Chain, type Link, prependLink } from './crypto/chain.ts'

/** What a session said, to the group and to the reader alone. */
export type SessionChains = {
  group: Chain | undefined
  direct: Chain | undefined
  /** Of what it said to the group something is missing, and that was told. */
  hasMissed: boolean
}

/** Both ends of a chain, as a later process needs them: what the first names as its predecessor, what the last one is. */
export type Ends = readonly [first: number, before: string, last: number, hash: string]

/**
 * Puts a message into its author's chain. `gap`: messages before it never came, which is shown with it. `refused`: it was
 * seen before, or stands in another one's place.
 */
export function judge(
  session: SessionChains,
  audience: 'group' | 'direct',
  link: Link,
): 'fine' | 'gap' | 'refused' {
  const chain = session[audience]
  const judged = chain && appendLink(chain, link)
  if (judged?.ok === false) return 'refused'
  session[audience] = judged?.value.chain ?? beginChain(link)
  if (audience === 'direct') return judged?.value.gap === undefined ? 'fine' : 'gap'
  const isTold = session.hasMissed
  session.hasMissed = false
  return judged?.value.gap === undefined || isTold ? 'fine' : 'gap'
}

/** The same of a message from before all that was told. */
export function judgeEarlier(session: SessionChains, link: Link): 'fine' | 'gap' | 'refused' {
  const { group } = session
  // What was said between this and whatever comes next, nobody remembers here.
  if (group === undefined) session.hasMissed = true
  const judged = group && prependLink(group, link)
  if (judged?.ok === false) return 'refused'
  session.group = judged?.value.chain ?? beginChain(link)
  return judged?.value.gap === undefined ? 'fine' : 'gap'
}

export const endsOf = (chain: Chain | undefined): Ends | null =>
  chain === undefined
    ? null
    : [
        chain.first.counter,
        encodeBase64Url(chain.first.prevHash),
        chain.last.counter,
        encodeBase64Url(chain.last.hash),
      ]

/** What its ends do not say is never compared but to tell a message seen twice from another one in its place. */
export function chainBetween(ends: Ends | null): Chain | undefined {
  if (ends === null) return undefined
  const [first, before, last, hash] = ends
  const link = (counter: number, prevHash: string, hash: string): Link => ({
    counter,
    prevHash: decodeBase64Url(prevHash) ?? CHAIN_START,
    hash: decodeBase64Url(hash) ?? CHAIN_START,
  })
  return { first: link(first, before, ''), last: link(last, '', hash), gaps: [] }
}
