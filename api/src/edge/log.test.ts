import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLogger, withAddress } from './log.ts'

const CANARY = 'canary-7f3a'

function recorder(level: Parameters<typeof createLogger>[0] = 'info') {
  const lines: string[] = []
  const logger = createLogger(level, { write: line => lines.push(line) })
  return { logger, text: () => lines.join(''), entries: () => lines.map(line => JSON.parse(line)) }
}

test('an entry is one JSON line with level, time and message, without process or host', () => {
  const { logger, entries } = recorder()
  logger.info({ port: 8443 }, 'listening')
  const [{ time, ...entry }] = entries()
  assert.deepEqual(entry, { level: 'info', port: 8443, msg: 'listening' })
  assert.ok(!Number.isNaN(Date.parse(time)))
})

test('no canary under a secret name appears, in any spelling, at any depth, in entries, bindings or arguments', () => {
  const { logger, text, entries } = recorder('trace')
  const names =
    'password newPassword claimCode CLAIM_CODE claim-code setup OPAQUE_SERVER_SETUP record wrap resumeSecret secret ' +
    'ticket sealed authorization Authorization proxy-authorization cookie set-cookie token sessionKey exportKey privateKey'
  for (const name of names.split(' ')) {
    const secret = { [name]: CANARY }
    logger.info(secret)
    logger.info({ [name]: { deep: [CANARY] } })
    logger.debug({ a: { b: [{ c: secret }] } }, 'deep')
    logger.warn('%o', secret)
    logger.child(secret).info('bound')
    logger
      .child({})
      .child({ request: { headers: secret } })
      .error('bound deep')
    logger.error(Object.assign(new Error('failed'), secret))
    logger.error({ err: new Error('failed', { cause: Object.assign(new Error('why'), secret) }) }, 'wrapped')
  }
  assert.equal(entries().length, names.split(' ').length * 8)
  assert.ok(
    !text().includes(CANARY),
    text()
      .split('\n')
      .find(line => line.includes(CANARY)),
  )
})

test('bytes are told by their number', () => {
  const { logger, text, entries } = recorder()
  const bytes = Buffer.from(CANARY)
  logger.info({ bytes, view: new Uint8Array(bytes), buffer: new ArrayBuffer(4), list: [bytes] })
  const [{ bytes: told, view, buffer, list }] = entries()
  assert.deepEqual([told, view, buffer, list], ['[11 bytes]', '[11 bytes]', '[4 bytes]', ['[11 bytes]']])
  assert.ok(!text().includes(bytes.toString('base64')))
})

test('an error is logged with type, message, code, cause and stack', () => {
  const { logger, entries } = recorder()
  const error = Object.assign(new RangeError('too far', { cause: new TypeError('why') }), { code: 'E_FAR' })
  logger.error(error)
  logger.error({ err: error }, 'it failed')
  const [bare, told] = entries()
  assert.equal(bare.msg, 'too far')
  assert.equal(told.msg, 'it failed')
  for (const { err } of [bare, told]) {
    assert.equal(err.type, 'RangeError')
    assert.equal(err.message, 'too far')
    assert.equal(err.code, 'E_FAR')
    assert.equal(err.cause.message, 'why')
    assert.match(err.stack[0], /^at .*log\.test\.ts/)
  }
})

test('the text that JSON.parse could not read, which its error quotes, is not logged', () => {
  const { logger, text, entries } = recorder()
  for (const log of [(error: unknown) => logger.error(error), (err: unknown) => logger.error({ err })]) {
    try {
      JSON.parse(`${CANARY}{`)
    } catch (error) {
      assert.ok(String(error).includes(CANARY.slice(0, 6)), 'the premise')
      log(error)
    }
  }
  assert.equal(entries()[0].err.type, 'SyntaxError')
  assert.ok(!text().includes('canary'))
})

test('addresses are logged at debug and trace, never at the default level', () => {
  for (const [level, shown] of [
    ['trace', true],
    ['debug', true],
    ['info', false],
    ['warn', false],
  ] as const) {
    const { logger, text } = recorder(level)
    withAddress(logger, '203.0.113.9').error('refused')
    assert.equal(text().includes('203.0.113.9'), shown, level)
  }
})

test('an entry that contains itself is cut, not followed for ever', () => {
  const { logger, text } = recorder()
  const loop: Record<string, unknown> = { name: 'loop' }
  loop['self'] = loop
  logger.info(loop)
  assert.match(text(), /\[deeper\]/)
})
