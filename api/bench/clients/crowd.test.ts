import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Crowd } from './crowd.ts'
import type { Heard, Talk } from './talk.ts'

/** Two members of a room whose server is the test. A payload is `place id`. */
function room() {
  const sent: string[] = []
  const sockets = [0, 1].map(() => ({
    send: (frame: Buffer) => void sent.push(frame.toString()),
    onText: (_payload: Buffer) => {},
    onEnd: (_error: Error) => {},
  }))
  const understand = (payload: Buffer): Heard => {
    const [place, id = ''] = payload.toString().split(' ')
    return { id, place: Number(place) }
  }
  const talk: Pick<Talk, 'frame'> = { frame: id => Buffer.from(id) }
  let last = 0
  const crowd = new Crowd(talk, { sockets, understand }, () => `m${last++}`)
  const failures: string[] = []
  crowd.onFailure = error => failures.push(error.message)
  const hear = (member: number, text: string) => sockets[member]?.onText(Buffer.from(text))
  return { crowd, sent, failures, hear }
}

describe('what the load accepts as delivered', () => {
  it('is every message once, in one order, by everybody', () => {
    const { crowd, sent, failures, hear } = room()
    crowd.say(0)
    crowd.say(1)
    assert.deepEqual(sent, ['m0', 'm1'])
    for (const member of [1, 0]) {
      hear(member, '0 m1')
      hear(member, '1 m0')
    }
    assert.deepEqual(failures, [])
    assert.equal(crowd.idle, true)
  })

  for (const { what, heard } of [
    { what: 'a gap', heard: [[1, '1 m1']] },
    {
      what: 'a message twice',
      heard: [
        [1, '0 m0'],
        [1, '0 m0'],
      ],
    },
    {
      what: 'one under two numbers',
      heard: [
        [0, '0 m0'],
        [1, '0 m0'],
        [1, '1 m0'],
      ],
    },
    {
      what: 'another order than others heard',
      heard: [
        [0, '0 m0'],
        [1, '0 m1'],
      ],
    },
    { what: "another room's message", heard: [[1, '0 x0']] },
  ] as const) {
    it(`is not ${what}`, () => {
      const { crowd, failures, hear } = room()
      crowd.say(0)
      crowd.say(0)
      for (const [member, text] of heard) hear(member, text)
      assert.equal(failures.length, 1)
      assert.equal(crowd.idle, false)
    })
  }

  it('is not a loss', () => {
    const { crowd, hear } = room()
    crowd.say(0)
    hear(0, '0 m0')
    assert.equal(crowd.idle, false)
  })
})
