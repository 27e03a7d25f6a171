import type { Alias } from '@chat-room/protocol/alias'
import type { HistoryPage, PersonView } from './client.ts'
import type { ClientEvent } from './events.ts'
import type { History } from './history/history.ts'
import type { Keeping } from './keeping.ts'
import type { KnownKeys } from './known-keys.ts'
import type { KnownKey, LocalState, LocalStateKeeper, Told } from './local-state.ts'
import type { Membership } from './membership.ts'
import type { Outgoing } from './outbox.ts'
import type { Admission } from './password-entry.ts'
import type { DeviceMemory } from './ports.ts'

/** One who is in the room: its life over many connections, and what its device keeps of it. */
export type Inside = {
  readonly membership: Membership
  /** Undefined: another process of this device keeps the slot of this alias. */
  readonly keeper: LocalStateKeeper | undefined
  /** Undefined: this device opens by the password alone, or another process of it keeps the room. */
  readonly keeping: Keeping | undefined
  readonly alias: Alias
  readonly admission: Admission
  readonly known: KnownKeys
  /** As `RoomClient.earlier`. */
  readonly earlier: (before: number, count: number) => Promise<HistoryPage>
  /** Its keys and its secret, and what an earlier process of this member left. */
  readonly state: LocalState
}

/** What a later process needs to go on as this one. */
export const localStateOf = ({ membership, keeping, known, state }: Inside): LocalState => ({
  ...state,
  known: known.save(),
  ...(keeping && { told: membership.told ?? state.told, people: membership.acquaintances }),
  outbox: membership.outbox.waiting,
  transfers: membership.transfers.save(),
})

/** What a process could not do as the member that it was before, and what it was told. */
export type Carried = {
  /** The slot of that member. */
  readonly slot: string | undefined
  readonly outbox: readonly Outgoing[]
  readonly transfers: unknown
  readonly told: Told | undefined
  readonly known: readonly KnownKey[]
}

export const carriedFrom = ({ membership, keeper, known }: Inside): Carried => ({
  slot: keeper?.name,
  outbox: membership.outbox.waiting,
  transfers: membership.transfers.save(),
  told: membership.told,
  known: known.save(),
})

/** What a view shows first; where reading began is not known before it has. */
export const newestOf = ({ newest }: History, { told }: LocalState): ClientEvent => ({
  type: 'history',
  entries: newest.entries,
  more: newest.more || told === undefined || told.oldest > 1,
})

/** Present and away, in the order of the alphabet. */
export const peopleOf = ({ roster, id }: Membership): readonly PersonView[] =>
  roster
    .people()
    .map(({ id: member, alias, presence, safety }) => ({
      alias,
      presence: presence === 'away' ? ('away' as const) : ('here' as const),
      isSelf: member === id,
      ...(safety && { safety }),
    }))
    .sort((a, b) => a.alias.localeCompare(b.alias))

/** Written before anybody is told that they are in: a process that dies then must not be kept out by its own ghost. */
export async function settleIn({ alias, keeper, keeping, admission }: Inside): Promise<void> {
  await keeper?.written()
  const { root, keys } = admission
  if (root !== undefined) await keeping?.remember({ alias, epoch: keys.epoch, root })
}

/** Lets go of what is kept of this member on this device, for a later process. */
export async function release({ membership, keeper }: Inside): Promise<void> {
  await membership.transfers.suspend()
  keeper?.changed()
  await keeper?.release()
}

/** Nothing of this member is left on this device, and nothing of what was said (M8). */
export async function wipe({ keeper, keeping }: Inside): Promise<void> {
  await keeping?.clear()
  await keeper?.clear()
}

/** What came along is kept by this member now: whoever comes in by the old alias must not do it again. */
export async function forgetSlot(
  memory: DeviceMemory,
  place: string,
  name: string | undefined,
  { keeper }: Inside,
): Promise<void> {
  if (name === undefined || keeper === undefined || keeper.name === name) return
  keeper.changed()
  await keeper.written()
  const slot = await memory.openSlot(place, name)
  await slot?.clear()
}
