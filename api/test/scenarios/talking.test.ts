import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Person } from './rig/person.ts'
import { PASSWORD, Room } from './rig/room.ts'
import { Wiretap } from './rig/wiretap.ts'

let room: Room
/** Before carol. */
let wiretap: Wiretap
let alice: Person
let bob: Person
let carol: Person

before(async () => {
  room = await Room.start({ light: true })
  wiretap = await Wiretap.before(room)
  ;[alice, bob] = await room.members('alice', 'bob')
  carol = await room.member('carol', { url: wiretap.url })
  await Promise.all([alice, bob].map(person => person.event({ type: 'member-joined', alias: 'carol' })))
})

after(async () => {
  await room[Symbol.asyncDispose]()
  await wiretap[Symbol.asyncDispose]()
})

suite('scenario: a group that talks', () => {
  test('M6: three chat as a group, and hear one another in one order', async () => {
    alice.type('from alice')
    bob.type('from bob')
    carol.type('from carol')
    const everything = ['from alice', 'from bob', 'from carol']
    for (const person of [alice, bob, carol]) {
      const others = everything.filter(text => text !== `from ${person.name}`)
      const heard = await Promise.all(others.map(text => person.hears(text)))
      assert.deepEqual(
        heard.map(({ from, to }) => ({ from, to })),
        others.map(text => ({ from: text.slice('from '.length), to: 'all' })),
      )
      const { seq } = await person.event({ type: 'sent' })
      assert.ok(heard.every(message => message['seq'] !== seq))
    }
    for (const person of [alice, bob, carol]) {
      const numbers = person.of('message').map(({ seq }) => Number(seq))
      const inOrder = numbers.toSorted((a, b) => a - b)
      assert.deepEqual(numbers, inOrder)
    }
  })

  test('M7: an unknown command is an error that names the known ones, and is not sent', async () => {
    alice.type(':Shout at everybody', ':', '::Shout is said', 'after the commands')
    for (const _ of [1, 2]) {
      const { message } = await alice.event({ type: 'error', code: 'command' })
      for (const known of [':Aliases', ':Dm', ':File', ':Help', ':Exit']) {
        assert.ok(String(message).includes(known), `${message} names ${known}`)
      }
    }
    for (const person of [bob, carol]) {
      // Chained and in order: when this has come, whatever was sent before it has.
      await person.hears('after the commands')
      assert.equal(person.texts.filter(text => text.includes('Shout')).join(), ':Shout is said')
    }
  })

  test('M7: a line of 16 KiB is sent whole; one byte more is refused here, and the next line goes on', async () => {
    const longest = 'ß'.repeat(8 * 1024)
    alice.type(longest, `${longest}x`, 'after the long ones')
    const { message } = await alice.event({ type: 'error', code: 'message' })
    assert.match(String(message), /too long/)
    await bob.hears('after the long ones')
    assert.equal(bob.texts.filter(text => text.length > 1_000).join(), longest)
  })

  test('M11: a DM reaches that one alone; everyone is the target again after :Dm All', async () => {
    alice.type(':Dm bob', 'for bob alone', ':dm ALL', 'for all again')
    await alice.event({ type: 'target', to: 'bob' })
    const heard = await bob.hears('for bob alone')
    assert.deepEqual([heard['from'], heard['to']], ['alice', 'bob'])
    await alice.event({ type: 'target', to: 'all' })
    for (const person of [bob, carol]) {
      const { to } = await person.hears('for all again')
      assert.equal(to, 'all')
    }
    assert.ok(!JSON.stringify(carol.events).includes('for bob alone'))
    // Not even in its sealed form: nothing of it came to her socket.
    const direct = wiretap.frames.filter(({ bytes }) => bytes.includes('"type":"direct"'))
    assert.deepEqual(direct, [])
  })

  test('M11: a DM to nobody, or to oneself, is refused, and the target stays as it was', async () => {
    carol.type(':Dm bob', ':Dm nobody', ':Dm carol', ':Dm', 'still for bob', ':Dm All')
    await carol.event({ type: 'error', code: 'unknown-alias', message: /nobody/ })
    await carol.event({ type: 'error', code: 'unknown-alias', message: /you/ })
    await carol.event({ type: 'error', code: 'command', message: /Usage: :Dm/ })
    const { to } = await bob.hears('still for bob')
    assert.equal(to, 'bob')
  })

  test('M12: :Aliases lists who is connected', async () => {
    bob.type(':Aliases')
    const { aliases } = await bob.event({ type: 'aliases', aliases: ['alice', 'bob', 'carol'] })
    assert.deepEqual(aliases, ['alice', 'bob', 'carol'])
  })

  test('M13: :Help lists the commands, and commands are known in any letter case', async () => {
    bob.type(':hElP', ':ALIASES')
    const { lines } = await bob.event({ type: 'help' })
    const listed = (lines as readonly string[]).map(line => /^:\w+/.exec(line)?.[0])
    for (const command of [':Exit', ':File', ':Dm', ':Aliases', ':Help']) assert.ok(listed.includes(command))
    await bob.event({ type: 'aliases' })
  })

  test('M8: whoever exits is seen to leave, ends with status 0, and its alias is free at once', async () => {
    carol.type(':eXiT')
    assert.equal(await carol.ended(), 0)
    await Promise.all([alice, bob].map(person => person.event({ type: 'member-left', alias: 'carol' })))
    // Somebody else, on another device.
    const stranger = await room.person('stranger')
    await stranger.enter(PASSWORD, 'CAROL')
    await alice.event({ type: 'member-joined', alias: 'CAROL' })
    stranger.type('I am another')
    const { from } = await bob.hears('I am another')
    assert.equal(from, 'CAROL')
  })
})
