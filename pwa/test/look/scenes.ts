import type { HistoryEntry, KeptEvent, PersonView, TransferView } from '@chat-room/client'
import type { RoomEvent } from '../../src/view/room-event.ts'
import type { FakeClient } from './fake-client.ts'
import { noon } from './noon.ts'

const DAY = 24 * 3_600_000
const MIB = 2 ** 20

const asked = (state: 'claimed' | 'unclaimed'): readonly RoomEvent[] => [
  { type: 'connection', state: 'online' },
  { type: 'room', state },
  { type: 'prompt', for: 'password' },
]

const error = (
  code: 'wrong-password' | 'alias-taken' | 'replaced' | 'recipient-gone',
  message: string,
): RoomEvent => ({
  type: 'error',
  code,
  message,
})

const transfer = (number: number, view: Partial<TransferView>): TransferView => ({
  number,
  transfer: `transfer ${number}`,
  direction: 'in',
  with: 'Ben',
  name: 'Sailing in the archipelago.jpg',
  size: 3.4 * MIB,
  done: 0,
  state: 'offered',
  ...view,
})

const safetyOf = (alias: string) =>
  ['Ada', alias].map(each => ({
    isOwn: each === 'Ada',
    bytes: new Uint8Array(32).fill(each.charCodeAt(0) * 37),
  }))

const person = (alias: string, more: Partial<PersonView> = {}): PersonView => ({
  ...{ alias, presence: 'here', isSelf: alias === 'Ada' },
  ...(alias === 'Ada' ? {} : { safety: safetyOf(alias) }),
  ...more,
})

function join(client: FakeClient): void {
  client.people = [
    person('Ada'),
    person('Ben'),
    person('Chloé'),
    person('مريم'),
    person('Zdeněk', { presence: 'away' }),
  ]
  client.state = { name: 'joined', alias: 'Ada' }
  client.emit(...asked('claimed'), { type: 'joined', alias: 'Ada' }, { type: 'target', to: 'all' })
}

let counted = 0
const said = (
  from: string,
  text: string,
  at: number,
  more: { to?: string; history?: true; own?: true } = {},
): RoomEvent => ({
  type: 'message',
  id: `heard ${++counted}`,
  from,
  to: 'all',
  text,
  seq: counted,
  at,
  ...more,
})

function converse(client: FakeClient): void {
  join(client)
  const now = noon()
  const before = { history: true } as const
  client.emit(
    said('Ben', 'Does anybody have the tide tables for Saturday?', now - DAY, before),
    said(
      'Chloé',
      'I do: https://tides.example.org/stations/43?day=sat (the **second** page)',
      now - DAY + 60_000,
      before,
    ),
    said('Ada', 'Perfect, thank you!', now - DAY + 130_000, { ...before, own: true }),
    { type: 'gap', missed: 12 },
    { type: 'member-joined', alias: 'مريم' },
    said('مريم', 'صباح الخير جميعًا، هل نلتقي في المرسى؟', now - 900_000),
    said('Ben', 'Good morning! Nine at the jetty.\nBring something warm.', now - 800_000),
    said('Ben', '⛵️🌊', now - 799_000),
    said(
      'Zdeněk',
      'The script I use:\n```sh\nfor day in sat sun; do\n  curl --fail "https://tides.example.org/$day.json" | jq .high\ndone\n```\nRun it with `sh tides.sh`.',
      now - 600_000,
    ),
    {
      type: 'said',
      id: 'own 1',
      to: 'all',
      text: 'Works here. I will print it for everyone who has no phone on board.',
      at: now - 500_000,
    },
    { type: 'sent', id: 'own 1', seq: 90, at: now - 500_000 },
    said('Ben', 'Between us: can you take the spare key?', now - 300_000, { to: 'Ada' }),
    { type: 'said', id: 'own 2', to: 'Ben', text: 'Of course, I have it already.', at: now - 200_000 },
    { type: 'sent', id: 'own 2', seq: 0, at: now - 200_000 },
    { type: 'receipt', from: 'Ben', ids: ['own 2'] },
    said('Chloé', 'evil \u202etxt.exe\u202c and \u001b[31mred\u001b[0m stay harmless', now - 100_000),
  )
}

const ownFile = ({ transfer: id, with: to, name, size }: TransferView): RoomEvent => ({
  ...{ type: 'file-said', transfer: id, to, name, size, at: noon() },
})

const offered = ({ transfer: id, with: from, name, size }: TransferView): RoomEvent => ({
  ...{ type: 'file-offered', transfer: id, from, to: 'all', name, size },
})

function withFiles(client: FakeClient): void {
  converse(client)
  client.transfers = [
    transfer(1, {}),
    transfer(2, {
      name: 'Film of the regatta, uncut.mkv',
      with: 'Chloé',
      size: 4.2 * 1024 * MIB,
      done: 1.6 * 1024 * MIB,
      state: 'running',
      speed: 41 * MIB,
      remaining: 66_000,
    }),
    transfer(3, {
      direction: 'out',
      with: 'all',
      name: 'tides.pdf',
      size: 212_000,
      done: 212_000,
      state: 'done',
      has: ['Ben', 'Chloé'],
      declined: ['Zdeněk'],
    }),
    transfer(4, {
      name: 'backup.tar.zst',
      with: 'Zdeněk',
      size: 900 * MIB,
      done: 300 * MIB,
      state: 'waiting',
      waitsFor: 'sender',
    }),
    transfer(5, { name: 'map.png', with: 'Ben', size: 800_000, done: 800_000, state: 'done' }),
    transfer(6, {
      direction: 'out',
      with: 'Ben',
      name: 'a very long name of a file that somebody gave without thinking of others (final, really final).odt',
      state: 'interrupted',
      done: 1.2 * MIB,
    }),
  ]
  for (const each of client.transfers) client.emit(each.direction === 'in' ? offered(each) : ownFile(each))
  client.emit(
    {
      type: 'file-received',
      transfer: 'transfer 5',
      name: 'map.png',
      path: 'received/5',
      size: 800_000,
      sha256: '',
    },
    { type: 'file-sent', transfer: 'transfer 3', to: 'all' },
    { type: 'typing', alias: 'Chloé', to: 'all', typing: true },
  )
}

/** Of every kind that a device keeps. */
function keptBefore(now: number, count: number): readonly HistoryEntry[] {
  const people = ['Ben', 'Chloé', 'مريم']
  return Array.from({ length: count }, (_, place): HistoryEntry => {
    const at = now - (count - place) * 20_000
    const text = `Kept ${place + 1}`
    const file = { transfer: `old ${place}`, name: `photo ${place + 1}.jpg`, size: 2.5 * MIB }
    const from = people[(place >> 2) % 3] ?? 'Ben'
    const event: KeptEvent =
      place % 10 === 9
        ? { type: 'said', id: `kept ${place}`, to: 'all', text, at }
        : place % 97 === 0
          ? { type: 'file-offered', ...file, from, to: 'all' }
          : { type: 'message', id: `kept ${place}`, from, to: 'all', text, seq: place, at }
    if (event.type === 'said') return { place, event, at, state: 'sent' }
    return event.type === 'message'
      ? { place, event, at }
      : { place, event, at, outcome: { reason: 'Declined.' } }
  })
}

/** Each screen, and each state that it may be in. */
export const SCENES: Readonly<Record<string, (client: FakeClient) => void>> = {
  connecting: () => {},
  create: client => client.emit(...asked('unclaimed')),
  enter: client => client.emit(...asked('claimed')),
  wrong: client =>
    client.emit(...asked('claimed'), error('wrong-password', 'The password is wrong.'), {
      type: 'prompt',
      for: 'password',
    }),
  slowed: client => client.emit(...asked('claimed'), { type: 'slowed', retryIn: 42_000 }),
  stretching: client => client.emit(...asked('unclaimed'), { type: 'stretching' }),
  claim: client => client.emit({ type: 'room', state: 'unclaimed' }, { type: 'prompt', for: 'claim-code' }),
  alias: client => client.emit(...asked('claimed'), { type: 'prompt', for: 'alias' }),
  taken: client => client.emit(...asked('claimed'), { type: 'prompt', for: 'alias' }),
  empty: client => {
    client.people = [person('Ada')]
    client.state = { name: 'joined', alias: 'Ada' }
    client.emit(...asked('claimed'), { type: 'joined', alias: 'Ada' })
  },
  talk: converse,
  files: withFiles,
  /** What a card may say beside what `files` shows. */
  cards: client => {
    join(client)
    client.transfers = [
      transfer(1, { name: 'On the disk.mkv', size: 900 * MIB }),
      transfer(2, { name: 'To a place of choice.mkv', size: 2_048 * MIB }),
      transfer(3, { name: 'Straight to the downloads.mkv', size: 8_192 * MIB }),
      transfer(4, { name: 'Saved.mkv', size: 90 * MIB, done: 90 * MIB, state: 'done' }),
      transfer(5, { name: 'Failed.mkv', size: 90 * MIB, state: 'ended' }),
    ]
    for (const each of client.transfers) client.emit(offered(each))
    const [, , , saved, failed] = client.transfers
    if (saved === undefined || failed === undefined) return
    client.emit(
      {
        ...{ type: 'file-received', transfer: saved.transfer, name: saved.name, path: 'elsewhere/4' },
        ...{ size: saved.size, sha256: '' },
      },
      { type: 'file-ended', transfer: failed.transfer, reason: 'failed' },
    )
  },
  direct: client => {
    converse(client)
    client.submit(':Dm Ben')
    client.emit({ type: 'said', id: 'late', to: 'Ben', text: 'See you at nine then.', at: noon() })
  },
  offline: client => {
    converse(client)
    client.emit(
      { type: 'connection', state: 'offline', retryIn: 9_000 },
      { type: 'said', id: 'late', to: 'all', text: 'Written in the tunnel.', at: noon() },
      { type: 'said', id: 'lost', to: 'Ben', text: 'And this one did not make it.', at: noon() },
      { type: 'undelivered', to: 'Ben', id: 'lost' },
    )
  },
  problem: client => {
    converse(client)
    client.submit(':Nonsense')
  },
  long: client => {
    join(client)
    const now = noon()
    const people = ['Ada', 'Ben', 'Chloé', 'مريم']
    const events = Array.from({ length: 50_000 }, (_, index) =>
      said(people[(index >> 2) % 4] ?? 'Ben', `Message ${index + 1}`, now - (50_000 - index) * 20_000, {
        history: true,
      }),
    )
    client.emit(...events)
  },
  /** As it opens on a device that stays, without any network. */
  kept: client => {
    client.people = ['Ada', 'Ben', 'Chloé', 'مريم'].map(alias => ({
      ...{ alias, presence: 'here', isSelf: alias === 'Ada' },
    }))
    client.state = { name: 'joined', alias: 'Ada' }
    client.kept = keptBefore(noon(), 50_000)
    client.emit(
      { type: 'history', entries: client.kept.slice(-100), more: true },
      { type: 'joined', alias: 'Ada', remembered: true },
      { type: 'connection', state: 'offline', retryIn: 9_000 },
    )
  },
  /** The same, once the network is back and much was missed. */
  missed: client => {
    SCENES['kept']?.(client)
    client.people = ['Ada', 'Ben', 'Chloé'].map(alias => person(alias))
    client.emit({ type: 'connection', state: 'online' })
    const now = noon()
    const before = { history: true } as const
    client.emit(...Array.from({ length: 40 }, (_, index) => said('Ben', `Missed ${index + 1}`, now, before)))
  },
  'new-key': client => {
    converse(client)
    client.emit({ type: 'new-key', alias: 'Ben' })
  },
  left: client => {
    join(client)
    client.emit({ type: 'left' })
  },
  replaced: client => {
    join(client)
    client.state = { name: 'ended' }
    client.emit(error('replaced', 'Another connection of yours took over this place in the room.'))
  },
}
