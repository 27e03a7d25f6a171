import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { trustedAuthorities } from './trust.ts'

test('--ca: a file that is not there, or holds no certificate, is told', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'trust-'))
  try {
    const own = join(directory, 'none-yet.crt')
    const missing = trustedAuthorities(own, join(directory, 'missing.crt'))
    assert.ok(!missing.ok)
    assert.match(missing.error, /cannot be read/)
    await writeFile(join(directory, 'other.pem'), '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n')
    const other = trustedAuthorities(own, join(directory, 'other.pem'))
    assert.ok(!other.ok)
    assert.match(other.error, /no certificate/)
  } finally {
    await rm(directory, { recursive: true })
  }
})
