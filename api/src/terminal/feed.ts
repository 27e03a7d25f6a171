import type { RoomClient } from '@chat-room/client'
import { parseLine } from '@chat-room/protocol'

export type FeedEnd =
  /** `:Exit` was given: the client leaves by itself. */
  | 'exit'
  /** The lines are over, and the client is in the room. */
  | 'end'
  /** The lines are over, and something is still asked for. */
  | 'starved'
  /** The client is over. */
  | 'over'

type Asked =
  | { readonly for: 'claim-code' | 'alias' }
  | { readonly for: 'password'; readonly purpose: 'create' | 'enter' }

/**
 * Gives a client its lines, each to what it asks for at that time: claim code, password, alias, then messages and
 * commands. What is refused is asked for again and so takes the next line; a line before its time waits.
 * `unacknowledged` bounds the messages on their way: more lines are read as they are acknowledged.
 */
export async function feedLines(
  client: RoomClient,
  lines: AsyncIterator<string, void>,
  unacknowledged = Number.POSITIVE_INFINITY,
): Promise<FeedEnd> {
  let asked: Asked | undefined
  let underWay = 0
  let refused = false
  let isSettling = false
  let wake = () => {}
  const unsubscribe = client.subscribe(event => {
    if (event.type === 'prompt') asked = askedFor(event.for, client)
    if (event.type === 'sent') underWay = Math.max(underWay - 1, 0)
    if (event.type === 'error') refused = true
    wake()
  })
  const nextEvent = () =>
    new Promise<void>(resolve => {
      wake = resolve
    })

  const isOver = () => client.state.name === 'left' || client.state.name === 'ended'
  const isReady = () => asked !== undefined || (client.state.name === 'joined' && underWay < unacknowledged)

  /** What failed is never acknowledged: once all is settled, nothing is under way. */
  async function settle(): Promise<void> {
    isSettling = true
    await client.settled()
    isSettling = false
    underWay = 0
    wake()
  }

  async function ready(): Promise<void> {
    while (!isOver() && !isReady()) {
      const event = nextEvent()
      if (underWay < unacknowledged || isSettling) await event
      else await Promise.race([event, settle()])
    }
  }

  /** The next line, or that there is none; undefined when the client is over before one comes. */
  async function pull(): Promise<IteratorResult<string, void> | undefined> {
    let pulled: IteratorResult<string, void> | undefined
    const pulling = lines.next().then(result => {
      pulled = result
    })
    while (pulled === undefined && !isOver()) await Promise.race([pulling, nextEvent()])
    return pulled
  }

  function give(line: string): void {
    const prompt = asked
    asked = undefined
    switch (prompt?.for) {
      case 'claim-code':
        return client.giveClaimCode(line)
      case 'password':
        return client.givePassword(line, prompt.purpose)
      case 'alias':
        return client.giveAlias(line)
      case undefined:
        refused = false
        client.submit(line)
        if (!refused && parseLine(line).kind === 'message') underWay++
    }
  }

  try {
    for (;;) {
      await ready()
      const pulled = await pull()
      if (pulled === undefined || isOver()) return 'over'
      // A connection may have been lost, or another thing be asked for, while the line was waited for.
      await ready()
      if (isOver()) return 'over'
      if (pulled.done === true) return asked === undefined ? 'end' : 'starved'
      const isCommand = asked === undefined
      give(pulled.value)
      if (isCommand && isExit(pulled.value)) return 'exit'
    }
  } finally {
    unsubscribe()
  }
}

function askedFor(what: Asked['for'], { state }: RoomClient): Asked {
  if (what !== 'password') return { for: what }
  return { for: what, purpose: state.name === 'password' ? state.purpose : 'enter' }
}

function isExit(line: string): boolean {
  const parsed = parseLine(line)
  return parsed.kind === 'command' && parsed.command.name === 'exit'
}
