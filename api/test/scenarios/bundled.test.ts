import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { isStale } from '../../build/stale.ts'
import { program } from '../../build.ts'
import { Room } from './rig/room.ts'

let room: Room

before(async () => {
  room = await Room.start({ program: fileURLToPath(new URL('../../dist/cli.cjs', import.meta.url)) })
})

after(() => room[Symbol.asyncDispose]())

suite('scenario: the program as it is deployed, in a bundle', () => {
  test('is what its sources make: `npm run build` was not forgotten', async () => {
    assert.equal(await isStale(program), false)
  })

  test('M3, M6, M10: two enter with all the stretching there is, talk, and send a file', async () => {
    const [ada, grace] = await room.members('ada', 'grace')
    ada.type('We meet at nine.')
    await grace.hears('We meet at nine.')
    const bytes = randomBytes(300_000)
    await writeFile(join(ada.directory, 'route.bin'), bytes)
    ada.type(':File route.bin')
    const received = await grace.event({ type: 'file-received', name: 'route.bin' })
    assert.deepEqual(await readFile(join(grace.directory, String(received['path']))), bytes)
  })

  test('hands out the page, which it has loaded by then', async () => {
    const ca = await readFile(join(room.certsDirectory, 'ca.crt'))
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
    request(new URL('/', room.url), { ca }, answer => resolve(answer.resume().statusCode))
      .once('error', reject)
      .end()
    assert.equal(await promise, 200)
  })
})
