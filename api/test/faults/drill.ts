import assert from 'node:assert/strict'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileShape } from '../../client/src/crypto/file-stream.ts'
import { freePort } from '../scenarios/rig/free-port.ts'
import { Room } from '../scenarios/rig/room.ts'
import { sha256Of, writeSomeFile } from '../scenarios/rig/some-file.ts'
import { within } from '../scenarios/rig/within.ts'
import type { Share } from './flow.ts'
import { Line } from './line.ts'
import { Participant } from './participant.ts'
import { describePlan, type Fault, mayLose, type Plan, type Step } from './schedule.ts'

const MIB = 1_024 * 1_024
const NAME = 'file.bin'
/** What may be on its way at once, and so be lost at once. */
const IN_FLIGHT = 4 * MIB
/** 1 Mbit/s, in bytes. */
const SLOW = 125_000

export type Outcome = {
  /** Bytes beyond one ciphertext that the busiest line carried, headers and everything else included. */
  readonly extra: number
  readonly seconds: number
}

/** Plays a plan with real processes, and asserts that nobody could tell. */
export async function drill(plan: Plan): Promise<Outcome> {
  const began = performance.now()
  const quota: Record<string, string> = plan.narrow ? { SEGMENT_QUOTA: '16MiB' } : {}
  await using room = await Room.start({ light: true, env: { PORT: String(await freePort()), ...quota } })
  await using lines = new AsyncDisposableStack()
  const people: Participant[] = []
  for (const name of ['sender', 'anna', 'ben', 'cleo'].slice(0, plan.receivers + 1)) {
    people.push(new Participant(name, room, lines.use(await Line.to(room.port))))
  }
  const extra = await new Drill(plan, room, people).run()
  return { extra, seconds: (performance.now() - began) / 1_000 }
}

class Drill {
  readonly #plan: Plan
  readonly #room: Room
  readonly #people: readonly Participant[]
  readonly #sender: Participant
  readonly #receivers: readonly Participant[]
  readonly #ciphertext: number
  readonly #deadline: number
  /** What lines had carried when the file was named, or its receiver came. */
  readonly #before = new Map<Participant, number>()
  /** For each fault, the connections that it may have broken, and whose they were. */
  readonly #losses: (readonly (readonly [Participant, Share])[])[] = []
  #doing = 'nothing yet'

  constructor(plan: Plan, room: Room, people: readonly Participant[]) {
    const [sender, ...receivers] = people
    if (sender === undefined) throw new RangeError('nobody sends')
    this.#plan = plan
    this.#room = room
    this.#people = people
    this.#sender = sender
    this.#receivers = receivers
    this.#ciphertext = fileShape(plan.size).ciphertextSize
    this.#deadline = 60_000 + plan.size / 1_024
  }

  async run(): Promise<number> {
    await this.#enter()
    const source = join(this.#sender.directory, NAME)
    await writeSomeFile(source, this.#plan.size, this.#plan.seed)
    for (const person of this.#people) this.#note(person)
    this.#sender.person.type(`:File ${NAME}`)
    this.#sender.onReturn = () => {
      // As a person would who saw that it was not done.
      if (this.#sender.of('file-sent').length === 0) this.#sender.person.type(`:File ${NAME}`)
    }
    const over = this.#complete()
    // A failure is told by whoever waits for it below.
    over.catch(() => undefined)
    for (const step of this.#plan.steps) await this.#await(this.#play(step, over), JSON.stringify(step))
    await this.#await(over, 'the file, everywhere')
    const extra = this.#assertFrugal()
    await this.#assertWhole(await sha256Of(source))
    await this.#assertQuietEnd()
    return extra
  }

  /** The one who sets the password first, and not those who come late. */
  async #enter(): Promise<void> {
    const late = this.#plan.steps.flatMap(({ fault }) => (fault.kind === 'arrive' ? [fault.who] : []))
    await mkdir(this.#sender.directory, { recursive: true })
    await this.#sender.come()
    const present = this.#receivers.filter((_, at) => !late.includes(at + 1))
    await Promise.all(present.map(person => person.come()))
  }

  #note(person: Participant): void {
    this.#before.set(person, this.#carried(person))
  }

  /** Bytes in the direction in which the file goes. */
  #carried(person: Participant): number {
    return person.line.carried(this.#wayOf(person))
  }

  #wayOf(person: Participant): 'up' | 'down' {
    return person === this.#sender ? 'up' : 'down'
  }

  async #complete(): Promise<void> {
    const received = this.#receivers.map(({ heard }) =>
      heard.take('the file', ({ type }) => type === 'file-received', this.#deadline),
    )
    const sent = this.#sender.heard.take(
      'that it is sent',
      ({ type }) => type === 'file-sent',
      this.#deadline,
    )
    await Promise.all([...received, sent])
  }

  /** At its byte, or when there are no more bytes to come. */
  async #play({ fault, line, at }: Step, over: Promise<void>): Promise<void> {
    const halted = this.#at(line)
    const mark = (this.#before.get(halted) ?? 0) + Math.floor(at * this.#ciphertext)
    await Promise.race([halted.line.haltAt(this.#wayOf(halted), mark), over])
    this.#losses.push(this.#breakable(fault))
    try {
      await this.#strike(fault, () => halted.line.proceed(), over)
    } finally {
      halted.line.proceed()
    }
  }

  #breakable(fault: Fault): readonly (readonly [Participant, Share])[] {
    const concerned = this.#people.filter((_, who) => mayLose(fault, who))
    return concerned.flatMap(person =>
      person.line.shares(this.#wayOf(person)).map(share => [person, share] as const),
    )
  }

  async #strike(fault: Fault, proceed: () => void, over: Promise<void>): Promise<void> {
    switch (fault.kind) {
      case 'kill':
        return await this.#kill(fault, proceed)
      case 'reset':
      case 'move':
        return this.#at(fault.who).line[fault.kind]()
      case 'half-close':
        return this.#at(fault.who).line.halfClose(fault.way)
      case 'flip':
        return this.#at(fault.who).line.flip(fault.way)
      case 'partition':
        return await this.#partition(fault.who, proceed)
      case 'stall':
        return await this.#stall(this.#at(fault.who), proceed)
      case 'throttle':
        return await this.#throttle(this.#at(fault.who), fault.bytes, proceed, over)
      case 'pause':
        return await this.#pause(this.#at(fault.who))
      case 'arrive': {
        proceed()
        const person = this.#at(fault.who)
        this.#note(person)
        return await person.come()
      }
    }
  }

  async #kill({ who, signal }: Fault & { kind: 'kill' }, proceed: () => void): Promise<void> {
    const program = who === 'server' ? this.#room.server : this.#at(who).person
    program.signal(signal)
    // Whoever is killed is gone at once; whoever is asked to go has words to say.
    if (signal === 'SIGTERM') proceed()
    await program.ended()
    proceed()
    await (who === 'server' ? this.#room.startServer() : this.#at(who).come())
  }

  async #partition(who: number | 'all', proceed: () => void): Promise<void> {
    const lines = (who === 'all' ? this.#people : [this.#at(who)])
      .filter(person => person.hasCome)
      .map(({ line }) => line)
    for (const line of lines) line.cut()
    proceed()
    await Promise.all(lines.map(line => line.refuses()))
    for (const line of lines) line.mend()
  }

  async #stall(person: Participant, proceed: () => void): Promise<void> {
    const other = this.#at(person === this.#sender ? 1 : 0)
    // The line that stands still already may be the other's.
    proceed()
    person.line.hold()
    other.person.type('still there?')
    await other.person.event({ type: 'sent' })
    person.line.proceed()
  }

  async #throttle(
    { line }: Participant,
    bytes: number,
    proceed: () => void,
    over: Promise<void>,
  ): Promise<void> {
    line.throttle(SLOW)
    proceed()
    await Promise.race([line.carries('up', bytes), line.carries('down', bytes), over])
    line.throttle(undefined)
  }

  /** Nothing is to be paused where all has been sent or received. */
  async #pause(participant: Participant): Promise<void> {
    const [before] = await participant.files()
    if (before === undefined || ['done', 'ended'].includes(before.state)) return
    participant.person.type(`:Pause ${before.number}`)
    const [paused] = await participant.files()
    assert.equal(paused?.state, 'paused', participant.describe())
    participant.person.type(`:Continue ${before.number}`)
    const [after] = await participant.files()
    assert.notEqual(after?.state, 'paused', participant.describe())
  }

  /** Each disturbance costs what was on its way, and no more: what was never carried was not lost, either. */
  #assertFrugal(): number {
    const extras = this.#people.map(person => {
      const carried = this.#carried(person) - (this.#before.get(person) ?? 0)
      const extra = carried - this.#ciphertext
      // Headers of TLS and of frames; and each connection's handshake, login and catching up.
      const overhead = this.#ciphertext / 200 + person.line.made * 16 * 1_024
      const most = this.#lost(person) + overhead
      assert.ok(extra <= most, `${person.name} moved ${extra} bytes too many, ${most} are allowed`)
      return extra
    })
    return Math.max(...extras)
  }

  /** Bytes that may have been lost on a person's way. */
  #lost(person: Participant): number {
    // What a window does not hold any more comes from the sender again, whoever lost it.
    const concerns = (whom: Participant) => whom === person || (this.#plan.narrow && person === this.#sender)
    return this.#losses
      .map(loss => loss.flatMap(([whom, share]) => (concerns(whom) ? [share.carried] : [])))
      .map(shares =>
        Math.min(
          IN_FLIGHT,
          shares.reduce((sum, carried) => sum + carried, 0),
        ),
      )
      .reduce((sum, lost) => sum + lost, 0)
  }

  async #assertWhole(sha256: string): Promise<void> {
    for (const person of this.#receivers) {
      const received = person.of('file-received')
      assert.deepEqual(
        received.map(event => [event['size'], event['sha256']]),
        [[this.#plan.size, sha256]],
        `${person.name} has it once\n${person.describe()}`,
      )
      const path = String(received[0]?.['path'])
      assert.equal(await sha256Of(join(person.directory, path)), sha256, `on the disk of ${person.name}`)
      assert.deepEqual(await person.keeps(), [path], 'no buffer is left behind')
    }
  }

  /** Everyone leaves by command; nothing of the file stays on anybody's device, and nobody complained. */
  async #assertQuietEnd(): Promise<void> {
    for (const { person } of this.#people) person.type(':Exit')
    for (const { person } of this.#people) assert.equal(await person.ended(), 0, person.describe())
    for (const person of this.#people) {
      assert.deepEqual(person.of('error'), [], person.name)
      const state = join(this.#room.stateOf(person.name), 'chat-room')
      const journals = (await readdir(state)).filter(name => name.includes('journal'))
      assert.deepEqual(journals, [], `${person.name} keeps no journal`)
    }
    assert.deepEqual(await this.#sender.keeps(), [NAME])
    assert.equal(await this.#room.stopServer('SIGTERM'), 0)
    assert.doesNotMatch(this.#room.serverOutput, /"level":[56]0/, 'the server had nothing to regret')
  }

  #at(who: number): Participant {
    const person = this.#people[who]
    if (person === undefined) throw new RangeError(`there is no person ${who}`)
    return person
  }

  async #await<T>(promise: Promise<T>, what: string): Promise<T> {
    this.#doing = what
    return await within(promise, what, () => this.#describe(), this.#deadline)
  }

  #describe(): string {
    const people = this.#people.filter(person => person.hasCome).map(person => person.describe())
    return [describePlan(this.#plan), `at: ${this.#doing}`, ...people, this.#room.serverOutput].join('\n')
  }
}
