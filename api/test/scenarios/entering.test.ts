import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { PASSWORD, Room } from './rig/room.ts'

suite('scenario: the way in', { concurrency: 2 }, () => {
  test('M2: of two who arrive together exactly one sets the password, and the other is asked for it', async () => {
    await using room = await Room.start({ light: true })
    const people = await Promise.all(['alice', 'bob'].map(name => room.person(name)))
    await Promise.all(
      people.map(async person => {
        await person.event({ type: 'room', state: 'unclaimed' })
        await person.event({ type: 'prompt', for: 'password' })
      }),
    )
    for (const person of people) person.type(`the password of ${person.name}`)
    const [first, second] = await Promise.race(
      people.map(async (person, at) => {
        await person.event({ type: 'prompt', for: 'alias' })
        return [person, people[1 - at]] as const
      }),
    )
    assert.ok(first !== undefined && second !== undefined)
    await second.event({ type: 'error', code: 'already-claimed' })
    await second.event({ type: 'room', state: 'claimed' })
    await second.event({ type: 'prompt', for: 'password' })
    // What it meant to be a new password opens nothing.
    second.type(`the password of ${second.name}`)
    await second.event({ type: 'error', code: 'wrong-password' })
    first.type(first.name)
    await first.event({ type: 'joined' })
    await second.enter(`the password of ${first.name}`)
    await first.event({ type: 'member-joined', alias: second.name })
  })

  test('M3: a wrong password is told at once, the next line is tried, and guessing is slowed down', async () => {
    await using room = await Room.start({
      light: true,
      env: { LOGIN_BURST: '1,300', LOGIN_PER_MINUTE: '20,60' },
    })
    await room.member('alice')
    const bob = await room.person('bob')
    bob.type('not it', PASSWORD, 'bob')
    await bob.event({ type: 'room', state: 'claimed' })
    await bob.event({ type: 'error', code: 'wrong-password', message: /wrong/ })
    // One guess is free, the next one comes too early: it is tried by itself when its time has come.
    const { retryIn } = await bob.event({ type: 'slowed' })
    assert.ok(
      Number(retryIn) > 0 && Number(retryIn) <= 3_000,
      `waits ${retryIn} ms, not a twentieth of a minute`,
    )
    await bob.event({ type: 'joined', alias: 'bob' })
    assert.equal(bob.of('prompt').filter(prompt => prompt['for'] === 'password').length, 2)
  })

  test('M4, M5: whoever wants an alias that will not do or is held is told so, and picks another', async () => {
    await using room = await Room.start({ light: true })
    const [alice, bob] = await room.members('alice', 'bob')
    const eve = await room.person('eve')
    const unfit = ['two words', 'all', 'EveryOne', 'e'.repeat(33), 'tab\u2028ular']
    const taken = ['alice', 'ALICE', 'a1ice', '\u0430lice', 'ａｌｉｃｅ', 'Bob', 'b0b']
    eve.type(PASSWORD, ...unfit, ...taken)
    for (const _ of unfit) await eve.event({ type: 'error', code: 'alias' })
    for (const _ of taken) await eve.event({ type: 'error', code: 'alias-taken', message: /Perhaps \S+\?$/ })

    // Its holder's process dies: away, yet nobody else is given the alias; its own device comes back as the same member.
    bob.type(':Dm alice')
    await bob.event({ type: 'target', to: 'alice' })
    await alice.kill()
    await bob.event({ type: 'member-away', alias: 'alice' })
    eve.type('alice')
    await eve.event({ type: 'error', code: 'alias-taken' })
    bob.type('while you were away')
    const again = await room.member('alice')
    await bob.event({ type: 'member-back', alias: 'alice' })
    const waiting = await again.hears('while you were away')
    assert.deepEqual([waiting['from'], waiting['to']], ['bob', 'alice'])
    bob.type('to the very same')
    await again.hears('to the very same')
    eve.type('eve')
    await bob.event({ type: 'member-joined', alias: 'eve' })
    assert.equal(bob.of('member-left').length, 0)
  })
})
