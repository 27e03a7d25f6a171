import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readLines } from './input-lines.ts'

async function linesOf(chunks: readonly (string | Uint8Array)[], longest = 100): Promise<string[]> {
  async function* input() {
    yield* chunks
  }
  const lines: string[] = []
  for await (const line of readLines(input(), longest)) lines.push(line)
  return lines
}

const bytes = (text: string) => new TextEncoder().encode(text)

test('lines end with LF or CRLF; the last one may have no end', async () => {
  assert.deepEqual(await linesOf([bytes('a\nb\r\n\n c ')]), ['a', 'b', '', ' c '])
  assert.deepEqual(await linesOf([bytes('a\n')]), ['a'])
  assert.deepEqual(await linesOf([]), [])
})

test('a line may come in any pieces, cut within a character', async () => {
  const all = bytes('grüße 🎉\nnext')
  for (let at = 0; at <= all.length; at++) {
    assert.deepEqual(await linesOf([all.slice(0, at), all.slice(at)]), ['grüße 🎉', 'next'])
  }
})

test('a byte order mark is no part of the password', async () => {
  assert.deepEqual(await linesOf([Uint8Array.of(0xef, 0xbb, 0xbf), bytes('secret\n')]), ['secret'])
})

test('of an endless line no more is kept than shows that it is too long', async () => {
  const endless = Array.from({ length: 1000 }, () => bytes('x'.repeat(1000)))
  assert.deepEqual(await linesOf([...endless, bytes('\nnext\n')], 50), ['x'.repeat(50), 'next'])
})
