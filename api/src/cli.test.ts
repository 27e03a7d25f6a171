import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const CLI = fileURLToPath(new URL('./cli.ts', import.meta.url))

const run = (...argv: string[]) =>
  spawnSync(process.execPath, [CLI, ...argv], { encoding: 'utf8', input: '' })

test('wrong usage: a message on stderr and status 2', () => {
  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /command is missing/],
    [['dance'], /no command "dance"/],
    [['join'], /address of the room is missing/],
    [['join', 'http://localhost'], /https/],
    [['join', '--ca', '/nonexistent', 'https://localhost'], /cannot be read/],
  ]
  for (const [argv, message] of wrong) {
    const { status, stdout, stderr } = run(...argv)
    assert.equal(status, 2, argv.join(' '))
    assert.equal(stdout, '')
    assert.match(stderr, message)
  }
})

test('help is no failure; the file may be run as it is', () => {
  const { status, stdout } = run('help')
  assert.equal(status, 0)
  for (const command of ['serve', 'join', 'reset', 'certs'])
    assert.ok(stdout.includes(`chat-room ${command}`))
  assert.equal(statSync(CLI).mode & 0o111, 0o111)
})
