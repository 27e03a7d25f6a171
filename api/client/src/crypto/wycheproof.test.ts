import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { concat } from '../bytes.ts'
import { decrypt, encrypt } from './aes-gcm.ts'
import { importVerifyingKey, verify } from './ed25519.ts'
import { hex, unhex } from './fixtures.test.ts'
import { deriveBytes, importHkdfKey } from './hkdf.ts'

// What the platform's primitives must accept and refuse, asked through our own modules.

type Case = { tcId: number; comment: string; result: 'valid' | 'invalid' } & Record<string, string>

const cases = (name: string): Case[] =>
  JSON.parse(readFileSync(new URL(`./vectors/wycheproof-${name}.json`, import.meta.url), 'utf8'))

const field = (one: Case, name: string) => unhex(one[name] ?? assert.fail(name))

test('Wycheproof AES-256-GCM: 66 cases', async () => {
  const all = cases('aes-256-gcm')
  assert.equal(all.length, 66)
  for (const one of all) {
    const key = await crypto.subtle.importKey('raw', field(one, 'key'), 'AES-GCM', false, [
      'encrypt',
      'decrypt',
    ])
    const sealed = concat(field(one, 'ct'), field(one, 'tag'))
    const opened = await decrypt(key, field(one, 'iv'), sealed, field(one, 'aad'))
    const title = `${one.tcId} ${one.comment}`
    assert.equal(opened && hex(opened), one.result === 'valid' ? one['msg'] : undefined, title)
    if (one.result === 'valid') {
      assert.equal(
        hex(await encrypt(key, field(one, 'iv'), field(one, 'msg'), field(one, 'aad'))),
        hex(sealed),
        title,
      )
    }
  }
})

test('Wycheproof Ed25519: 151 cases', async () => {
  const all = cases('ed25519')
  assert.equal(all.length, 151)
  for (const one of all) {
    const key = await importVerifyingKey(field(one, 'pk'))
    const accepted = key !== undefined && (await verify(key, field(one, 'sig'), field(one, 'msg')))
    assert.equal(accepted, one.result === 'valid', `${one.tcId} ${one.comment}`)
  }
})

test('Wycheproof HKDF-SHA-256: 86 cases', async () => {
  const all = cases('hkdf-sha256')
  assert.equal(all.length, 86)
  for (const one of all) {
    const base = await importHkdfKey(field(one, 'ikm'))
    const derived = deriveBytes(base, field(one, 'info'), Number(one['size']), field(one, 'salt'))
    if (one.result === 'valid') assert.equal(hex(await derived), one['okm'], `${one.tcId} ${one.comment}`)
    else await assert.rejects(derived, `${one.tcId} ${one.comment}`)
  }
})
