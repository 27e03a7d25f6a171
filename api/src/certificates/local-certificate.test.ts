import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Certificate } from './certificate.ts'
import { openLocalCertificate } from './local-certificate.ts'

const DAY = 86_400_000

test('M15: a server that runs for a year replaces its local certificate by itself, of the same authority', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'local-'))
  // Nothing in a server of its own keeps a process alive for this.
  const alive = setInterval(() => {}, 1_000)
  try {
    let now = Date.now()
    const said: string[] = []
    const tell = (_: object, message: string) => void said.push(message)
    const log = { info: tell, warn: tell, error: tell }
    const source = await openLocalCertificate({ directory, names: [], now: () => now, log, lookEvery: 5 })
    const first = source.current
    const replaced = Promise.withResolvers<Certificate>()
    source.follow(replaced.resolve)
    now += 300 * DAY
    const second = await replaced.promise
    await source.close()
    assert.ok(first)
    assert.ok(second.notAfter > first.notAfter)
    assert.equal(source.current, second)
    assert.equal(second.isPublic, false)
    assert.deepEqual(said, ['the certificate was replaced'])
  } finally {
    clearInterval(alive)
    await rm(directory, { recursive: true, force: true })
  }
})
