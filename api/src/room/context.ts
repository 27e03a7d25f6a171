import type { ServerMessage, ServerMessageOf } from '@chat-room/protocol'
import type { MessageRate } from './message-bucket.ts'
import type {
  AttemptGate,
  Frame,
  HashSecret,
  Id,
  PasswordServer,
  RandomBytes,
  Retention,
  RoomStore,
  StoredRoom,
  Undelivered,
} from './ports.ts'
import type { Member, Session } from './session.ts'
import type { Tickets } from './tickets.ts'

/** What the operator decides about rooms. */
export type RoomSettings = {
  /** Asked for at creation only: keeps strangers from claiming a fresh deployment. */
  readonly claimCode: string | undefined
  readonly retention: Retention
  /** Milliseconds for which a dropped member keeps alias and presence. */
  readonly awayGrace: number
  /** Of one member, whatever connections it comes on. */
  readonly rate: MessageRate
}

/** What every room of this server shares. */
export type RoomDeps = {
  readonly store: RoomStore
  readonly password: PasswordServer
  readonly gate: AttemptGate
  readonly random: RandomBytes
  readonly hash: HashSecret
  readonly tickets: Tickets
  readonly deployment: Id
  readonly settings: RoomSettings
  /** A member left for good: what it still had open elsewhere ends. One who was away for too long may come back. */
  readonly onMemberLeft: (room: string, member: Id, now: number) => void
  readonly onError: (error: unknown) => void
}

/** One room's state in memory, and what its parts do to each other. The store has everything that must last. */
export type RoomContext = RoomDeps & {
  readonly name: string
  /** Undefined: unclaimed. */
  readonly stored: Pick<StoredRoom, 'claim' | 'log'> | undefined
  /** Present and away. */
  readonly members: Map<Id, Member>
  /** Whose connections dropped, until the store knows. */
  readonly dropped: Set<Member>

  /** The room's clock: never earlier than it was. */
  time(now: number): number
  reload(): Promise<void>
  roomFact(): ServerMessageOf<'room'>
  /** Everyone who waits before the door hears that there is a password now. */
  announceClaim(): void
  /** To everyone who is here, apart from one. */
  broadcast(frame: Frame, except?: Session): void
  sendTo(member: Id, message: ServerMessage): void
  /** Senders hear that their DMs came too late. */
  returnToSenders(undelivered: readonly Undelivered[]): void
  enter(session: Session, member: Member): void
  /** Forget a member, close its socket, tell the others. */
  remove(member: Member, why: 'replaced' | 'left' | 'expired', now: number): void
}
