import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Hello } from '@chat-room/protocol'
import { aliasSkeleton } from '@chat-room/protocol/alias'
import { encodeBase64Url } from './bytes.ts'
import { seededRandom, testIdentity, testRoomKeys } from './crypto/fixtures.test.ts'
import { sealHello } from './crypto/hello.ts'
import { fetchHellos, introduce } from './introductions.ts'
import { Roster } from './roster.ts'

const random = seededRandom(7)
const newSession = () => encodeBase64Url(random(16))

async function helloOf(seed: number, alias: string, session: string): Promise<Hello> {
  const identity = await testIdentity(seed)
  const sessionId = new Uint8Array(Buffer.from(session, 'base64url'))
  const { tag, sealed } = await sealHello(
    await testRoomKeys(),
    identity,
    { sessionId, alias, skeleton: aliasSkeleton(alias) },
    random,
  )
  const member = encodeBase64Url(identity.public.memberId)
  return { member, session, tag: encodeBase64Url(tag), sealed: encodeBase64Url(sealed), at: 0 }
}

/** A server that has these hellos, and room for so many in a page. */
function serverOf(kept: readonly Hello[], page: number) {
  const questions: (readonly string[])[] = []
  const fetchHellos = async (sessions: readonly string[]) => {
    questions.push(sessions)
    const found = sessions.flatMap(session => kept.filter(hello => hello.session === session))
    const missing = sessions.filter(session => kept.every(hello => hello.session !== session))
    return { type: 'hellos' as const, hellos: found.slice(0, page), missing }
  }
  return { questions, fetchHellos }
}

const isKnown = (roster: Roster, hello: Hello) => typeof roster.session(hello) === 'object'

const newRoster = async () => new Roster(await testRoomKeys(), (await testIdentity(99)).public)

test('P40: of several members that announced one session, each is known as itself', async () => {
  const session = newSession()
  const hellos = await Promise.all(
    ['ann', 'eve', 'mallory'].map((alias, seed) => helloOf(seed, alias, session)),
  )
  for (const order of [hellos, hellos.toReversed()]) {
    const roster = await newRoster()
    await fetchHellos(roster, serverOf(order, 9), hellos)
    for (const [at, alias] of ['ann', 'eve', 'mallory'].entries()) {
      const known = roster.session(hellos[at] as Hello)
      assert.ok(typeof known === 'object' && known.member.alias === alias)
    }
  }
})

test('P40: a hello in the log introduces its own member alone', async () => {
  const session = newSession()
  const ann = await helloOf(1, 'ann', session)
  const eve = await helloOf(2, 'eve', session)
  const roster = await newRoster()
  const server = serverOf([ann, eve], 9)
  await introduce(roster, server, [
    { ...ann, kind: 'message' },
    { ...eve, kind: 'hello' },
  ])
  assert.ok(isKnown(roster, ann) && isKnown(roster, eve))
  assert.deepEqual(server.questions, [[session]])
})

test('P54: a page that is full of others under one session keeps nobody else unknown', async () => {
  const crowded = newSession()
  const crowd = await Promise.all(
    ['eve', 'mallory', 'trudy'].map((alias, at) => helloOf(10 + at, alias, crowded)),
  )
  const ann = await helloOf(1, 'ann', newSession())
  const ben = await helloOf(2, 'ben', newSession())
  const roster = await newRoster()
  // The last of the crowd never fits the page, and its session comes first.
  const server = serverOf([...crowd, ann, ben], 2)
  await fetchHellos(roster, server, [crowd[2] as Hello, ann, ben])
  assert.ok(isKnown(roster, ann) && isKnown(roster, ben))
  assert.equal(roster.session(crowd[2] as Hello), 'hidden')
})

test('P54: a server that answers with nothing is asked once', async () => {
  const speakers = Array.from({ length: 300 }, () => ({ member: newSession(), session: newSession() }))
  const roster = await newRoster()
  let asked = 0
  const requests = {
    fetchHellos: async () => {
      asked++
      return { type: 'hellos' as const, hellos: [], missing: [] }
    },
  }
  await fetchHellos(roster, requests, speakers)
  assert.equal(asked, 2)
  assert.ok(speakers.every(speaker => roster.session(speaker) === 'hidden'))
})
