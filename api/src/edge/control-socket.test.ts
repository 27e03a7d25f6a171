import assert from 'node:assert/strict'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, type TestContext, test } from 'node:test'
import { askServer, controlSocketOf, openControlSocket } from './control-socket.ts'

async function place(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'control-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  return controlSocketOf(directory)
}

/** Says something and hears the rest. */
async function say(path: string, text: string): Promise<string> {
  const socket = createConnection(path)
  socket.on('error', () => {})
  socket.end(text)
  const heard: Buffer[] = []
  socket.on('data', chunk => heard.push(chunk))
  await new Promise<void>(resolve => socket.once('close', () => resolve()))
  return Buffer.concat(heard).toString()
}

const unexpected = (error: unknown) => assert.fail(String(error))

suite('the socket by which commands reach the server', () => {
  test('answers a line by a line, to its own user alone', async t => {
    const path = await place(t)
    await using _ = await openControlSocket(path, async request => ({ heard: request }), unexpected)
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    assert.deepEqual(await askServer(path, { command: 'status', name: 'ä\n' }), {
      heard: { command: 'status', name: 'ä\n' },
    })
    assert.equal(await say(path, 'no JSON\n'), '{}\n')
  })

  test('takes the place of what a killed server left', async t => {
    const path = await place(t)
    await writeFile(path, '')
    await using _ = await openControlSocket(path, async () => 1, unexpected)
    assert.equal(await askServer(path, {}), 1)
  })

  test('where no server runs, nobody answers', async t => {
    const path = await place(t)
    assert.equal(await askServer(path, {}), undefined)
    const server = await openControlSocket(path, async () => 1, unexpected)
    await server[Symbol.asyncDispose]()
    assert.equal(await askServer(path, {}), undefined)
  })

  test('what is too long, or says nothing, is not answered and not kept', async t => {
    const path = await place(t)
    let asked = 0
    await using _ = await openControlSocket(path, async () => ++asked, unexpected)
    assert.equal(await say(path, ''), '')
    assert.equal(await say(path, 'x'.repeat(100_000)), '')
    assert.equal(asked, 0)
  })

  test('a server that ends waits for nobody; who asked hears that it has', async t => {
    const path = await place(t)
    const asked = Promise.withResolvers<void>()
    const server = await openControlSocket(
      path,
      () => {
        asked.resolve()
        return new Promise(() => {})
      },
      unexpected,
    )
    const answer = askServer(path, {})
    await asked.promise
    await server[Symbol.asyncDispose]()
    assert.equal(await answer, undefined)
  })
})
