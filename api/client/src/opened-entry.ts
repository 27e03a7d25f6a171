import { type Body, type BodyProblem, type LogEntry, parseBody, type Result } from '@chat-room/protocol'
import { type Bytes, decodeBase64Url, decodeUtf8 } from './bytes.ts'
import type { Link } from './crypto/chain.ts'
import type { OpenedMessage } from './crypto/group-message.ts'
import { sha256 } from './crypto/hash.ts'
import type { KnownSession, Roster } from './roster.ts'

/** What a sealed body says, and its place in its author's chain. */
export type OpenedBody = { readonly link: Link; readonly body: Result<Body, BodyProblem> }

export type OpenedEntry =
  | { readonly kind: 'hidden'; readonly hash: Bytes }
  | { readonly kind: 'hello' | 'unreadable'; readonly hash: Bytes; readonly session: KnownSession }
  | ({ readonly kind: 'message'; readonly hash: Bytes; readonly session: KnownSession } & OpenedBody)

export const openBody = (message: OpenedMessage): OpenedBody => ({
  link: message,
  body: parseBody(decodeUtf8(message.body) ?? ''),
})

/** An entry of the log whose speaker was introduced. */
export async function openEntry(roster: Roster, entry: LogEntry): Promise<OpenedEntry> {
  const sealed = decodeBase64Url(entry.sealed) ?? new Uint8Array()
  const session = roster.session(entry)
  if (session === undefined || session === 'hidden' || entry.kind === 'unknown') {
    return { kind: 'hidden', hash: await sha256(sealed) }
  }
  if (entry.kind === 'hello') return { kind: 'hello', hash: await sha256(sealed), session }
  const message = await session.opener.open(sealed)
  return message.ok
    ? { kind: 'message', hash: message.value.hash, session, ...openBody(message.value) }
    : { kind: 'unreadable', hash: await sha256(sealed), session }
}

/** By what this device may have kept them already. */
export const keptIds = (
  entries: readonly { readonly id?: string | undefined }[],
  opened: readonly ({ readonly kind: string } & Partial<OpenedBody>)[],
): readonly string[] =>
  opened.flatMap(({ body }, at) => {
    if (body?.ok !== true) return []
    const { value } = body
    const id = value.kind === 'offer' ? value.transfer : entries[at]?.id
    return value.kind === 'receipt' || value.kind === 'bye' || id === undefined ? [] : [id]
  })
