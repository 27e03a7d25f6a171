import assert from 'node:assert/strict'
import { test } from 'node:test'
import { COMMAND_NAMES, COMMANDS, completableAt, complete, helpLines, parseLine, usage } from './commands.ts'
import { LIMITS } from './limits.ts'

const commandOf = (line: string) => {
  const parsed = parseLine(line)
  assert.equal(parsed.kind, 'command', line)
  return parsed.kind === 'command' ? parsed.command : undefined
}

const problemOf = (line: string) => {
  const parsed = parseLine(line)
  assert.equal(parsed.kind, 'problem', line)
  return parsed.kind === 'problem' ? parsed : { reason: '', message: '' }
}

test('M7 a line is said as it was typed', () => {
  assert.deepEqual(parseLine('  hello: world '), { kind: 'message', text: '  hello: world ' })
  assert.deepEqual(parseLine(' :Exit'), { kind: 'message', text: ' :Exit' })
  assert.deepEqual(parseLine('two\nlines'), { kind: 'message', text: 'two\nlines' })
})

test('M7 two colons say one', () => {
  assert.deepEqual(parseLine('::Exit'), { kind: 'message', text: ':Exit' })
  assert.deepEqual(parseLine(':::)'), { kind: 'message', text: '::)' })
  assert.deepEqual(parseLine('::'), { kind: 'message', text: ':' })
})

test('an empty line is nothing', () => {
  for (const line of ['', ' ', '\t\n']) assert.deepEqual(parseLine(line), { kind: 'nothing' })
})

test('M7 an unknown command is a problem that names the known ones', () => {
  for (const line of [':', ':)', ': Exit', ':Quit now', ':Exi', ':constructor', ':__proto__']) {
    const { reason, message } = problemOf(line)
    assert.equal(reason, 'unknown-command', line)
    for (const name of COMMAND_NAMES) assert.ok(message.includes(`:${COMMANDS[name].name}`), message)
  }
  assert.ok(problemOf(`:${'x'.repeat(5_000)}`).message.length < 400)
})

test('M13 commands are recognised in any letter case', () => {
  for (const line of [':exit', ':EXIT', ':Exit ', ':eXiT'])
    assert.deepEqual(commandOf(line), { name: 'exit' })
  assert.deepEqual(commandOf(':ALIASES'), { name: 'aliases' })
  assert.deepEqual(commandOf(':help'), { name: 'help' })
  assert.deepEqual(commandOf(':files'), { name: 'files' })
})

test('M11 :Dm takes one alias, or All in any letter case', () => {
  assert.deepEqual(commandOf(':Dm Zoe'), { name: 'dm', to: 'Zoe' })
  assert.deepEqual(commandOf(':dm  Zoe\u0308 '), { name: 'dm', to: 'Zo\u00eb' })
  assert.deepEqual(commandOf(':Dm "O\'Brien"'), { name: 'dm', to: "O'Brien" })
  assert.deepEqual(commandOf(':Dm Ali'), { name: 'dm', to: 'Ali' })
  for (const line of [':Dm All', ':dm all', ':DM ALL', ':Dm "all"']) {
    assert.deepEqual(commandOf(line), { name: 'dm', to: 'all' })
  }
  for (const line of [':Dm', ':Dm ', ':Dm a b', ':Dm "a" "b"', ':Dm ""']) {
    assert.equal(problemOf(line).reason, 'wrong-parameters', line)
    assert.ok(problemOf(line).message.endsWith('Usage: :Dm <alias>|All'))
  }
})

test('M9 the path is the rest of the line unless quoted, several only when quoted', () => {
  for (const [line, paths] of [
    [':File', []],
    [':File report.pdf', ['report.pdf']],
    [':File  my big report.pdf ', ['my big report.pdf']],
    [':File sub/o\'clock "x".txt', ['sub/o\'clock "x".txt']],
    [':File "my report.pdf"', ['my report.pdf']],
    [':File "a b" \'c d\' "e"', ['a b', 'c d', 'e']],
    [String.raw`:File "say \"hi\" \\ \n" '\"'`, [String.raw`say "hi" \ \n`, String.raw`\"`]],
    [':File " padded "', [' padded ']],
  ] as const) {
    assert.deepEqual(commandOf(line), { name: 'file', paths }, line)
  }
})

test('M9 wrong quoting is a problem that says the usage', () => {
  for (const [line, why] of [
    [':File "a', 'never closed'],
    [":File 'a", 'never closed'],
    [String.raw`:File "a\"`, 'never closed'],
    [':File "a" "b', 'never closed'],
    [':File "a" b', 'in quotes'],
    [':File "a""b"', 'in quotes'],
    [':File "a"b', 'in quotes'],
    [':File "a" ""', 'empty'],
  ] as const) {
    const { reason, message } = problemOf(line)
    assert.equal(reason, 'wrong-parameters', line)
    assert.ok(message.includes(why), `${line}: ${message}`)
    assert.ok(message.includes('Usage: :File'), message)
  }
})

test('transfers are named by their number', () => {
  for (const name of ['cancel', 'pause', 'continue', 'accept', 'decline'] as const) {
    assert.deepEqual(commandOf(`:${COMMANDS[name].name} 12`), { name, transfer: 12 })
    for (const parameter of ['', ' 0', ' -1', ' 1.5', ' x', ' 1 2', ' "1" "2"', ' ٣', ` ${'9'.repeat(30)}`]) {
      assert.equal(problemOf(`:${name}${parameter}`).reason, 'wrong-parameters', parameter)
    }
  }
})

test('commands that stand alone refuse a parameter', () => {
  for (const line of [':Exit now', ':Help me', ':Aliases x', ':Files 1']) {
    assert.equal(problemOf(line).reason, 'wrong-parameters', line)
  }
})

test('a message of 16 KiB of UTF-8 is sent, one byte more is a problem that says both sizes', () => {
  const most = 'é'.repeat(LIMITS.messageBytes / 2)
  assert.deepEqual(parseLine(most), { kind: 'message', text: most })
  assert.equal(parseLine(`::${'x'.repeat(LIMITS.messageBytes - 1)}`).kind, 'message')
  const { reason, message } = problemOf(`${most}x`)
  assert.equal(reason, 'too-long')
  assert.match(message, /16385 bytes.*16384/)
  assert.equal(problemOf(`:File ${most}`).reason, 'too-long')
})

test('half a surrogate pair becomes the character that says so', () => {
  assert.deepEqual(parseLine('a\ud83d'), { kind: 'message', text: 'a\ufffd' })
})

test('M13 help has one line a command, with its usage', () => {
  const lines = helpLines()
  assert.equal(lines.length, COMMAND_NAMES.length)
  for (const [i, name] of COMMAND_NAMES.entries()) assert.ok(lines[i]?.startsWith(usage(name)))
})

const inserted = (line: string, choices: Parameters<typeof complete>[2], cursor = line.length) => {
  const { replaceFrom, candidates } = complete(line, cursor, choices)
  return candidates.map(candidate => line.slice(0, replaceFrom) + candidate.insert + line.slice(cursor))
}

test('command names are completed in any letter case', () => {
  assert.deepEqual(inserted(':', { aliases: [] }).length, COMMAND_NAMES.length)
  assert.deepEqual(inserted(':fi', { aliases: [] }), [':File ', ':Files'])
  assert.deepEqual(inserted(':D', { aliases: [] }), [':Dm ', ':Decline '])
  assert.deepEqual(inserted(':zzz', { aliases: [] }), [])
  assert.deepEqual(inserted('::D', { aliases: [] }), [])
  assert.deepEqual(inserted('hello', { aliases: ['hello2'] }), [])
})

test('M11 aliases are completed, All among them', () => {
  const choices = { aliases: ['Zoë', 'zack', '"q"', 'Alan'] }
  assert.deepEqual(inserted(':Dm z', choices), [':Dm Zoë', ':Dm zack'])
  assert.deepEqual(inserted(':dm Zoe\u0308', choices), [':dm Zoë'])
  assert.deepEqual(inserted(':Dm a', choices), [':Dm All', ':Dm Alan'])
  assert.deepEqual(inserted(':Dm ', choices).at(3), String.raw`:Dm "\"q\""`)
  assert.deepEqual(inserted(':Exit z', choices), [])
})

test('M10 paths are completed from the folder that completableAt names', () => {
  const folderOf = (line: string) => {
    const wanted = completableAt(line, line.length)
    return wanted?.kind === 'path' ? wanted.folder : undefined
  }
  assert.equal(folderOf(':File '), '')
  assert.equal(folderOf(':File sub/dir/re'), 'sub/dir/')
  assert.equal(folderOf(':File "one" "sub two/x'), 'sub two/')
  const names = ['report 1.pdf', 'Readme.md', 'sub dir/']
  assert.deepEqual(inserted(':File docs/re', { aliases: [], names }), [
    ':File docs/report 1.pdf',
    ':File docs/Readme.md',
  ])
  assert.deepEqual(inserted(':File "one" "docs/s', { aliases: [], names }), [':File "one" "docs/sub dir/'])
  assert.deepEqual(inserted(':File "one" "docs/rep', { aliases: [], names }), [
    ':File "one" "docs/report 1.pdf"',
  ])
  assert.deepEqual(inserted(':File ', { aliases: [], names: ['"odd"/'] }), [String.raw`:File "\"odd\"/`])
  assert.deepEqual(inserted(":File 'docs/rea", { aliases: [], names }), [':File "docs/Readme.md"'])
})

test('numbers of transfers are completed', () => {
  assert.deepEqual(inserted(':Cancel 1', { aliases: [], transfers: [1, 2, 12] }), [':Cancel 1', ':Cancel 12'])
})

test('what stands after the cursor stays', () => {
  assert.deepEqual(inserted(':ex tail', { aliases: [] }, 3), [':Exit tail'])
})
