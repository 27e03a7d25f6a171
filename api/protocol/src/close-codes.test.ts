import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import { CLOSE, CLOSE_REASON_BYTES, type CloseName, closeName } from './close-codes.ts'

const entries = Object.entries(CLOSE) as [CloseName, (typeof CLOSE)[CloseName]][]

test('P16: a code has one name, and a reason that fits a close frame', () => {
  for (const [name, { code, reason }] of entries) {
    assert.equal(closeName(code), name)
    assert.ok(Buffer.byteLength(reason) <= CLOSE_REASON_BYTES)
  }
})

test('P16: codes are such as may be sent (RFC 6455 section 7.4)', () => {
  for (const [, { code }] of entries) {
    const reserved = [1004, 1005, 1006, 1015].includes(code)
    assert.ok(!reserved && ((code >= 1000 && code <= 1014) || (code >= 4000 && code <= 4999)), String(code))
  }
})

test('P16: codes of others have no name here', () => {
  for (const code of [0, 1002, 1005, 1006, 1012, 4000, 4999]) assert.equal(closeName(code), undefined)
})
