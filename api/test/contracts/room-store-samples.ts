import { createHash } from 'node:crypto'
import type {
  Claim,
  Id,
  Joined,
  MailboxBounds,
  NewMember,
  NewMessage,
  RoomStore,
} from '../../src/room/ports.ts'

/** So many bytes in base64url that depend on the name alone. */
export const bytesOf = (name: string, length: number): string =>
  Buffer.concat(
    Array.from({ length: Math.ceil(length / 32) }, (_, block) =>
      createHash('sha256').update(`${name} ${block}`).digest(),
    ),
  )
    .subarray(0, length)
    .toString('base64url')

export const idOf = (name: string): Id => bytesOf(name, 16)

export const claimOf = (name: string): Claim => ({
  creation: idOf(`creation ${name}`),
  record: bytesOf(`record ${name}`, 192),
  wrap: bytesOf(`wrap ${name}`, 97),
  epoch: 1,
  profile: 1,
})

/** A member as it comes for the first time, at time 1000 unless told. */
export const newMember = (name: string, changes: Partial<NewMember> = {}): NewMember => ({
  member: idOf(`member ${name}`),
  session: idOf(`session ${name}`),
  tag: idOf(`tag ${name}`),
  hello: bytesOf(`hello ${name}`, 60),
  secretHash: bytesOf(`secret ${name}`, 32),
  supersedes: undefined,
  at: 1000,
  ...changes,
})

export const secretOf = (name: string): string => bytesOf(`secret ${name}`, 32)

/** A message of the named member, 30 bytes unless told. */
export const newMessage = (from: string, name: string, changes: Partial<NewMessage> = {}): NewMessage => ({
  id: idOf(`message ${name}`),
  member: idOf(`member ${from}`),
  session: idOf(`session ${from}`),
  sealed: bytesOf(`sealed ${name}`, 30),
  at: 2000,
  ...changes,
})

/** A mailbox of so many messages, all of which may be one sender's unless told. */
export const mailboxOf = (messages: number, changes: Partial<MailboxBounds> = {}): MailboxBounds => ({
  messages,
  bytes: 1e9,
  shares: 1,
  ...changes,
})

export const ROOM = 'main'
export const LIMIT = 1000

/** A store with one claimed room in which the named members are present, in this order: hellos 1, 2, … */
export async function claimedBy(store: RoomStore, ...names: string[]): Promise<void> {
  await store.claim(ROOM, claimOf(ROOM), idOf('log'))
  for (const name of names) await joined(store, newMember(name))
}

export async function joined(store: RoomStore, member: NewMember, limit = LIMIT): Promise<Joined> {
  const answer = await store.join(ROOM, member, limit, 0)
  if (typeof answer === 'string') throw new Error(answer)
  return answer
}
