import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { test } from 'node:test'
import { Room } from './rig/room.ts'
import { tracesIn } from './rig/traces.ts'
import { Wiretap } from './rig/wiretap.ts'

// Long enough to be nothing's chance, and each with a letter that is more than one byte.
const CANARIES = {
  password: 'Pässwörd-kanarie-9f3e1b',
  alias: 'Älias-kanarie-77a0',
  text: 'Téxt-kanarie-c41d for everybody',
  direct: 'Dïrect-kanarie-5be8 for one',
  'file name': 'Ƒile-kanarie-0d92.txt',
  'file content': 'Cøntent-kanarie-e6a7 ',
} as const

test('a search for traces finds what is there, in every form', () => {
  for (const canary of Object.values(CANARIES)) {
    const utf8 = Buffer.from(canary)
    const utf16 = Buffer.from(canary, 'utf16le')
    const framed = Buffer.concat([Buffer.from('before'), utf8, Buffer.from('behind')])
    const planted = [
      utf8,
      utf16,
      Buffer.from(utf16).swap16(),
      Buffer.from(canary.toUpperCase()),
      Buffer.from(JSON.stringify({ planted: canary })),
      ...[0, 1, 2].flatMap(skip =>
        (['hex', 'base64', 'base64url'] as const).map(form =>
          Buffer.from(framed.subarray(skip).toString(form)),
        ),
      ),
    ]
    for (const haystack of planted) assert.notDeepEqual(tracesIn(haystack, canary), [])
    assert.deepEqual(tracesIn(Buffer.from('nothing of the kind'), canary), [])
  }
})

test('the server never learns a password, an alias, a text, a file\u2019s name or its content', async () => {
  await using room = await Room.start({ env: { LOG_LEVEL: 'trace' } })
  await using wiretap = await Wiretap.before(room)
  const [alice, bob] = await Promise.all(
    ['alice', 'bob'].map(name => room.person(name, { url: wiretap.url })),
  )
  assert.ok(alice !== undefined && bob !== undefined)
  await bob.event({ type: 'prompt', for: 'password' })
  await alice.enter(CANARIES.password, CANARIES.alias)
  await bob.event({ type: 'room', state: 'claimed' })
  // A wrong guess is nobody's business either.
  bob.type(`${CANARIES.password}!`)
  await bob.event({ type: 'error', code: 'wrong-password' })
  await bob.enter(CANARIES.password, 'bob')
  bob.type(`${CANARIES.text}`, `:Dm ${CANARIES.alias}`, CANARIES.direct)
  await alice.hears(CANARIES.text)
  await alice.hears(CANARIES.direct)
  await mkdir(bob.directory, { recursive: true })
  await writeFile(join(bob.directory, CANARIES['file name']), CANARIES['file content'].repeat(30_000))
  bob.type(`:File ${CANARIES['file name']}`, ':Dm All', `:File ${CANARIES['file name']}`)
  for (const _ of ['to one', 'to all']) await alice.event({ type: 'file-received' })
  // A DM that waits in a mailbox, and a member that goes: both are written down.
  bob.type(`:Dm ${CANARIES.alias}`)
  await bob.event({ type: 'target', to: CANARIES.alias })
  await alice.kill()
  await bob.event({ type: 'member-away' })
  bob.type(CANARIES.direct)
  for (const _ of ['to all', 'to one', 'to one away']) await bob.event({ type: 'sent' })

  const haystacks = new Map<string, Uint8Array>()
  const addFiles = async (directory: string, when: string) => {
    for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      haystacks.set(`${relative(directory, path)} ${when}`, await readFile(path))
    }
  }
  await addFiles(room.dataDirectory, 'while it runs')
  // What a killed client leaves on its own device tells a thief nothing either.
  await addFiles(room.stateOf('alice'), 'of alice')
  bob.type(':Exit')
  assert.equal(await bob.ended(), 0)
  assert.equal(await room.stopServer('SIGTERM'), 0)
  await addFiles(room.dataDirectory, 'at its end')
  haystacks.set('output', Buffer.from(room.serverOutput))
  haystacks.set('upgrades', Buffer.from(wiretap.requests.join('\n')))
  for (const [at, { from, bytes }] of wiretap.frames.entries()) haystacks.set(`frame ${at} of ${from}`, bytes)

  // Everything has been looked at that was to be looked at.
  const names = [...haystacks.keys()].join('\n')
  assert.match(names, /-wal while it runs/)
  assert.match(names, /segments.* while it runs/)
  assert.match(names, /\.slot of alice/)
  assert.match(room.serverOutput, /"level":"(debug|trace|info)"/)
  for (const type of ['finish-creation', 'finish-login', 'join', 'send', 'accepted', 'entry', 'direct']) {
    const wanted = `"type":"${type}"`
    assert.ok(
      wiretap.frames.some(({ isBinary, bytes }) => !isBinary && bytes.includes(wanted)),
      `there is a frame ${type}`,
    )
  }
  const segments = wiretap.frames.filter(({ isBinary }) => isBinary)
  assert.ok(segments.reduce((sum, { bytes }) => sum + bytes.length, 0) > 2_000_000, 'segments both ways')

  for (const [what, canary] of Object.entries(CANARIES)) {
    for (const [where, bytes] of haystacks) {
      assert.deepEqual(tracesIn(bytes, canary), [], `${what} in ${where}`)
    }
  }
})
