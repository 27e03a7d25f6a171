import assert from 'node:assert/strict'
import { eventsOf, type Process, type RoomFuzz, type Said } from './room-fuzz.ts'

/** What no honest server and no honest client may ever cause. */
const DISHONEST = new Set([
  ...['fork', 'broken-chain', 'replayed', 'unreadable', 'newer-version', 'server'],
  ...['unverified', 'hidden'],
])

/** Where little is retained, a hello may expire between the question who is there and the question who that is. */
const EXPIRES = new Set(['unverified', 'hidden'])

/** What must hold when everything is healed, whatever happened before. */
export async function check(fuzz: RoomFuzz): Promise<void> {
  const { world } = fuzz
  const isAllTold = () =>
    fuzz.said.every(said => isTold(fuzz, said)) && fuzz.alive().every(process => missesNoMore(fuzz, process))
  await world.until(isAllTold, 'everything is told').catch(() => {
    const untold = fuzz.said.filter(said => !isTold(fuzz, said)).map(({ text }) => text)
    assert.deepEqual(untold, [], 'what was acknowledged is told to everyone whom it is for')
  })
  assert.deepEqual(world.errors, [], 'the room fails nowhere')
  for (const process of fuzz.processes()) {
    checkOrder(process)
    checkTroubles(fuzz, process)
    checkGaps(fuzz, process)
  }
  checkAgreement(fuzz)
  for (const said of fuzz.said) {
    checkOutcome(said)
    checkSecrecy(fuzz, said)
  }
  await checkAliases(fuzz)
}

/** Acknowledged, or given up in so many words. Whoever is killed may take what is not written down yet along. */
function checkOutcome(said: Said): void {
  const mayBeLost = said.by.fate !== 'alive'
  assert.ok(mayBeLost || isSent(said) || isUndelivered(said), `${said.text}: neither sent nor undelivered`)
}

const isSent = ({ id, by }: Said): boolean =>
  by.person.processes.some(process => eventsOf(process, 'sent').some(event => event.id === id))

const isUndelivered = ({ id, by }: Said): boolean =>
  by.person.processes.some(process => eventsOf(process, 'undelivered').some(event => event.id === id))

const hears = (process: Process, { id }: Said): boolean =>
  eventsOf(process, 'message').some(event => event.id === id)

function isTold(fuzz: RoomFuzz, said: Said): boolean {
  if (!isSent(said)) return true
  if (said.to !== 'all') return isUndelivered(said) || isWhispered(fuzz, said)
  return fuzz.alive().every(process => isOwn(process, said) || hears(process, said) || fuzz.retainsLittle)
}

/** What a person said is not told to that person: not even by a later process, if that was the one that got it stored. */
const isOwn = ({ person }: Process, { by }: Said): boolean => person === by.person

/** A mailbox that has ended with its member may have taken a DM along, and its author may not have been there to hear it. */
function isWhispered(fuzz: RoomFuzz, said: Said): boolean {
  const recipient = fuzz.people.find(({ name }) => name === said.to)
  const heard = recipient?.processes.some(process => hears(process, said)) === true
  const hasEnded =
    recipient?.processes.some(({ fate }) => fate === 'left') || recipient?.processes.at(-1)?.fate === 'killed'
  return heard || fuzz.hasExpired || hasEnded === true
}

/** Each once, in the log's order. */
function checkOrder(process: Process): void {
  const messages = eventsOf(process, 'message')
  const seqs = messages.filter(({ to }) => to === 'all').map(({ seq }) => seq)
  assert.deepEqual(
    seqs,
    [...new Set(seqs)].sort((a, b) => a - b),
    `${process.person.name} is told the log in its order, each entry once`,
  )
  const ids = messages.map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length, `${process.person.name} is told nothing twice`)
}

function checkTroubles(fuzz: RoomFuzz, process: Process): void {
  const troubles = eventsOf(process, 'error').filter(({ code }) => DISHONEST.has(code))
  // A DM that ended with its recipient's mailbox is missing in its author's chain, and that is said.
  const mayBreak = fuzz.hasExpired && fuzz.said.some(({ to }) => to === process.person.name)
  const isHonest = (code: string) =>
    (mayBreak && code === 'broken-chain') || (fuzz.retainsLittle && EXPIRES.has(code))
  const unexpected = troubles.filter(({ code }) => !isHonest(code))
  assert.deepEqual(unexpected, [], `${process.person.name} sees no trouble in an honest world`)
}

/** Of what was stored while it was there, a process misses no more than it was told. */
function checkGaps(fuzz: RoomFuzz, process: Process): void {
  if (process.fate !== 'alive') return
  // A DM that went back to its author, because its recipient was away for too long, is missed by that recipient.
  const returned = fuzz.said.filter(said => said.to === process.person.name && isUndelivered(said)).length
  if (!fuzz.retainsLittle) {
    assert.ok(toldMissing(process) <= returned, 'nothing is missing from a long log')
  }
  assert.ok(
    missesNoMore(fuzz, process),
    `${process.person.name} was told of ${toldMissing(process)} missing entries, but misses ` +
      untold(fuzz, process).map(({ text }) => text),
  )
}

const toldMissing = (process: Process): number =>
  eventsOf(process, 'gap').reduce((sum, gap) => sum + gap.missed, 0)

const missesNoMore = (fuzz: RoomFuzz, process: Process): boolean =>
  untold(fuzz, process).length <= toldMissing(process)

function untold(fuzz: RoomFuzz, process: Process): readonly Said[] {
  const first = eventsOf(process, 'message').find(({ to }) => to === 'all')?.seq ?? Number.POSITIVE_INFINITY
  return fuzz.said.filter(
    said => said.to === 'all' && !isOwn(process, said) && seqOf(said) > first && !hears(process, said),
  )
}

/** 0: not acknowledged to anybody. */
const seqOf = ({ id, by }: Said): number =>
  by.person.processes.flatMap(process => eventsOf(process, 'sent')).find(event => event.id === id)?.seq ?? 0

/** Everyone gives every message the same number, text and author. */
function checkAgreement(fuzz: RoomFuzz): void {
  const told = new Map<string, string>()
  for (const process of fuzz.processes()) {
    for (const { id, seq, text, from, to } of eventsOf(process, 'message')) {
      const line = `${seq} ${from} ${to}: ${text}`
      assert.equal(told.get(id) ?? line, line, 'all agree on what was said, by whom, and where it stands')
      told.set(id, line)
    }
  }
  for (const said of fuzz.said) {
    const line = told.get(said.id)
    if (line !== undefined) assert.ok(line.endsWith(`: ${said.text}`), 'what is told is what was said')
  }
}

/** M11: a DM is told to its recipient alone. */
function checkSecrecy(fuzz: RoomFuzz, said: Said): void {
  if (said.to === 'all') return
  for (const process of fuzz.processes()) {
    if (process.person.name !== said.to) assert.ok(!hears(process, said), `${said.text}: only for ${said.to}`)
  }
}

/** M5, M12: all see the same people, each alias once. */
async function checkAliases(fuzz: RoomFuzz): Promise<void> {
  const expected = fuzz
    .alive()
    .map(({ person }) => person.name)
    .sort()
  assert.equal(new Set(expected).size, expected.length)
  const agreed = () => fuzz.alive().every(({ client }) => `${client.core.aliases}` === `${expected}`)
  await fuzz.world.until(agreed, 'all see the same people').catch(() => {
    for (const { client, person } of fuzz.alive()) {
      assert.deepEqual(client.core.aliases, expected, `${person.name} sees who is in the room`)
    }
  })
}
