import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'

/** Puts a letter too many into the key of the one place where a file has this line or the beginning of it. */
export function misspell(path: string, line: string): void {
  const text = readFileSync(path, 'utf8')
  assert.equal(text.split(line).length, 2, `${path} has ${JSON.stringify(line)} once`)
  writeFileSync(path, text.replace(line, line.replace(/(?= *[:=])/, 'x')))
}
