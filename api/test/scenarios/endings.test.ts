import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { freePort } from './rig/free-port.ts'
import type { Person } from './rig/person.ts'
import { run } from './rig/program.ts'
import { PASSWORD, Room } from './rig/room.ts'

let room: Room
/** Is there all the time, and sees who comes and goes. */
let bob: Person

before(async () => {
  room = await Room.start({ light: true })
  bob = await room.member('bob')
})

after(() => room[Symbol.asyncDispose]())

suite('scenario: how the terminal client ends', { concurrency: 2 }, () => {
  test('0 at the end of input: 300 lines that were piped at once are all acknowledged, and heard in order', async () => {
    const lines = Array.from({ length: 300 }, (_, index) => `line ${index}`)
    const alice = await room.person('alice')
    alice.type(PASSWORD, 'alice', ...lines)
    alice.endInput()
    assert.equal(await alice.ended(), 0)
    const sent = alice.of('sent')
    assert.equal(new Set(sent.map(({ id }) => id)).size, lines.length)
    await bob.event({ type: 'member-left', alias: 'alice' })
    assert.deepEqual(bob.texts, lines)
    assert.deepEqual(
      bob.of('message').map(({ seq }) => seq),
      sent.map(({ seq }) => seq),
    )
  })

  test('1 if the input ends before the room is entered', async () => {
    const alice = await room.person('nobody')
    alice.endInput()
    assert.equal(await alice.ended(), 1)
    assert.match(alice.complaints, /input ended before/)
  })

  test('1 if nothing listens there, and what is wrong is told', async () => {
    const url = `https://127.0.0.1:${await freePort()}`
    const alice = await room.person('lost', { url })
    await alice.event({ type: 'error', code: 'unreachable', message: /nothing listens/ })
    assert.equal(await alice.ended(), 1)
  })

  test('1 if there is no such room', async () => {
    const alice = await room.person('astray', { url: `${room.url}/r/elsewhere` })
    await alice.event({ type: 'error', code: 'unreachable', message: /404/ })
    assert.equal(await alice.ended(), 1)
  })

  test('1 if it is told to end by a signal: its member is away, and comes back', async () => {
    const dave = await room.member('dave')
    await bob.event({ type: 'member-joined', alias: 'dave' })
    dave.signal('SIGTERM')
    assert.equal(await dave.ended(), 1)
    await bob.event({ type: 'member-away', alias: 'dave' })
  })

  const wrong: readonly (readonly [argv: readonly string[], says: RegExp])[] = [
    [['join'], /address of the room is missing/],
    [['join', '--insecure', 'https://localhost'], /--insecure/],
    [['join', '--ca', 'missing.crt', 'https://localhost'], /cannot be read/],
    [['sing'], /no command "sing"/],
    [[], /command is missing/],
    [['serve', '--port', 'eighty'], /PORT .*"eighty"/],
    [['serve', '--colour', 'red'], /--colour/],
    [['certs', '--name', '*.com'], /\*\.com/],
  ]
  for (const [argv, says] of wrong) {
    test(`2 for wrong usage: chat-room ${argv.join(' ')}`, async () => {
      const { status, stdout, stderr } = await run(argv, room.surroundings)
      assert.equal(status, 2, stderr)
      assert.match(stderr, says)
      assert.match(stderr, /^chat-room: /)
      assert.equal(stdout, '')
    })
  }

  test('a wrong setting is named in one clear line, and nothing is made', async () => {
    const { cwd, env } = room.surroundings
    const secret = 'the code is secret\u0007'
    const surroundings = { cwd, env: { ...env, AWAY_GRACE: 'ten minutes', CLAIM_CODE: secret } }
    const { status, stderr } = await run(['serve', '--data-dir', join(cwd, 'other')], surroundings)
    assert.equal(status, 2)
    const lines = stderr.split('\n')
    assert.equal(lines.length, 2)
    assert.ok(lines.some(line => line.includes('AWAY_GRACE') && line.includes('"ten minutes"')))
    assert.ok(!stderr.includes('secret'))
  })
})
