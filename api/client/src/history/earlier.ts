import type { LogEntry } from '@chat-room/protocol'
import { judgeEarlier } from '../chains.ts'
import { type HelloRequests, introduce } from '../introductions.ts'
import { openEntry } from '../opened-entry.ts'
import type { Roster } from '../roster.ts'
import type { Said } from '../telling.ts'
import type { AuthorTrouble, Trouble } from '../trouble.ts'

/**
 * Reads entries of the log from before what was told, page by page towards its beginning: verified like any other, by the
 * same chains, which grow backwards.
 */
export class EarlierReader {
  readonly #roster: Roster
  readonly #requests: HelloRequests
  readonly #trouble: (trouble: Trouble) => void

  constructor(roster: Roster, requests: HelloRequests, trouble: (trouble: Trouble) => void) {
    this.#roster = roster
    this.#requests = requests
    this.#trouble = trouble
  }

  /** What a page says, in its order. */
  async read(entries: readonly LogEntry[]): Promise<readonly Said<LogEntry>[]> {
    await introduce(this.#roster, this.#requests, entries)
    const opened = await Promise.all(entries.map(entry => openEntry(this.#roster, entry)))
    const said: Said<LogEntry>[] = []
    for (const [at, entry] of [...entries.entries()].reverse()) {
      const found = opened[at]
      if (found === undefined || found.kind === 'hello') continue
      if (found.kind === 'hidden') {
        if (entry.kind !== 'hello') this.#trouble({ code: 'hidden' })
        continue
      }
      const { member } = found.session
      const trouble = (code: AuthorTrouble['code']) => this.#trouble({ code, alias: member.alias })
      const verdict = found.kind === 'message' && judgeEarlier(found.session, found.link)
      if (verdict === 'gap') trouble('broken-chain')
      if (found.kind !== 'message') trouble('unreadable')
      else if (verdict === 'refused') trouble('replayed')
      else if (!found.body.ok) trouble(found.body.error === 'unknown-kind' ? 'newer-version' : 'unreadable')
      else said.unshift({ entry, member, body: found.body.value, history: true })
    }
    return said
  }
}
