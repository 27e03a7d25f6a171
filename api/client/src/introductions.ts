import { LIMITS, type ServerMessageOf } from '@chat-room/protocol'
import type { Roster, Speaker } from './roster.ts'

export type HelloRequests = {
  fetchHellos(sessions: readonly string[]): Promise<ServerMessageOf<'hellos'>>
}

/** Something that was said in a session; a hello says itself who speaks. */
type Spoken = Speaker & { readonly sealed: string } & (
    | { readonly kind?: undefined }
    | { readonly kind: 'hello' | 'message' | 'bye' | 'unknown'; readonly tag?: string | undefined }
  )

/** Afterwards everyone who speaks in these entries is known, or hidden: missing hellos are asked for. */
export async function introduce(
  roster: Roster,
  requests: HelloRequests,
  entries: readonly Spoken[],
): Promise<void> {
  await Promise.all(
    entries.map(async entry => {
      if (entry.kind === 'hello') await roster.announce({ ...entry, tag: entry.tag ?? '' })
    }),
  )
  await fetchHellos(roster, requests, entries)
}

/** Asks for the hellos of these speakers until each is known or hidden. */
export async function fetchHellos(
  roster: Roster,
  requests: HelloRequests,
  speakers: readonly Speaker[],
): Promise<void> {
  for (;;) {
    const unknown = speakers.filter(speaker => roster.session(speaker) === undefined)
    if (unknown.length === 0) return
    const asked = [...new Set(unknown.map(({ session }) => session))].slice(0, LIMITS.idsPerFrame)
    const { hellos, missing } = await requests.fetchHellos(asked)
    await Promise.all(hellos.map(hello => roster.announce(hello)))
    const gone = new Set(missing)
    roster.hide(unknown.filter(({ session }) => gone.has(session)))
    const isStuck = unknown.every(speaker => roster.session(speaker) === undefined)
    if (!isStuck) continue
    // A server that answers with nothing of use would be asked for ever. One whose page is filled by hellos of others under
    // the first of these sessions cannot get to the rest: that session is given up, and the rest asked for again.
    const givenUp = hellos.length === 0 ? new Set(asked) : new Set(asked.slice(0, 1))
    roster.hide(unknown.filter(({ session }) => givenUp.has(session)))
  }
}
