import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeConfig, exposedSecrets, parseConfig } from './config.ts'

function accepted(env: Record<string, string>, argv: string[] = []) {
  const result = parseConfig(env, argv)
  assert.ok(result.ok, result.ok ? '' : result.error.map(({ message }) => message).join('\n'))
  return result.value
}

function refused(env: Record<string, string>, argv: string[] = []) {
  const result = parseConfig(env, argv)
  assert.ok(!result.ok, JSON.stringify(env) + argv.join(' '))
  for (const { message } of result.error) assert.doesNotMatch(message, /\n/)
  return result.error
}

test('with nothing given: a room on 8443 with local certificates', () => {
  assert.deepEqual(accepted({ PATH: '/bin', TLS_CERT: '', PORT: '' }), {
    port: 8443,
    httpPort: 8080,
    publicPort: undefined,
    host: '::',
    dataDirectory: './data',
    tls: { mode: 'local', directory: 'certs/local' },
    proxyProtocol: 'off',
    trustedHops: 1,
    domain: undefined,
    allowedHosts: [],
    claimCode: undefined,
    rooms: 'one',
    loginBurst: { address: 30, room: 300 },
    loginPerMinute: { address: 10, room: 60 },
    messageRate: { burst: 1000, perSecond: 200 },
    connections: { total: 20_000, perAddress: 1000 },
    opaqueServerSetup: undefined,
    logLevel: 'info',
    retention: { messages: 10_000, bytes: 67_108_864, ageMs: 604_800_000 },
    awayGraceMs: 600_000,
    segmentQuota: 10_737_418_240,
    segmentTtlMs: 86_400_000,
    sync: 'normal',
    slowReaderBuffer: 4_194_304,
    metrics: undefined,
  })
})

test('a flag is written in two ways, wins over its variable, and the last one wins', () => {
  assert.equal(accepted({ PORT: '1' }, ['--port', '2']).port, 2)
  assert.equal(accepted({ PORT: '1' }, ['--port=2', '--port', '3']).port, 3)
  assert.equal(accepted({}, ['--data-dir=/a=b']).dataDirectory, '/a=b')
  assert.equal(accepted({}, ['--log-retention-age', '0']).retention.ageMs, 0)
})

test('TLS unset means files if TLS_CERT is given, acme if DOMAIN is, else local', () => {
  const files = { mode: 'files', cert: 'c.pem', key: 'k.pem', passphrase: undefined }
  assert.deepEqual(accepted({ TLS_CERT: 'c.pem', TLS_KEY: 'k.pem' }).tls, files)
  assert.deepEqual(accepted({ TLS_CERT: 'c.pem', TLS_KEY: 'k.pem', DOMAIN: 'a.example' }).tls, files)
  assert.deepEqual(accepted({ DOMAIN: 'Chat.Example.org', CERTS_DIR: 'c' }).tls, {
    mode: 'acme',
    domain: 'chat.example.org',
    directory: 'c',
    authority: 'https://acme-v02.api.letsencrypt.org/directory',
  })
  assert.deepEqual(accepted({ TLS: 'local', DOMAIN: 'a.example', CERTS_DIR: 'c' }).tls, {
    mode: 'local',
    directory: 'c',
  })
  assert.deepEqual(accepted({ TLS: 'platform', DOMAIN: 'a.example.org' }).tls, { mode: 'platform' })
})

test('TLS=platform serves plain HTTP on PORT and on no other, whatever PORT the platform gives', () => {
  const config = accepted({ TLS: 'platform', DOMAIN: 'a.example.org', PORT: '8080' })
  assert.equal(config.port, 8080)
  assert.equal(config.httpPort, undefined)
  assert.equal(accepted({ HTTP_PORT: '0' }).httpPort, undefined)
})

test('ACME_DIRECTORY is a word for one of two, or the URL of another', () => {
  const authority = (directory: string, domain = 'a.example.org') => {
    const { tls } = accepted({ DOMAIN: domain, ACME_DIRECTORY: directory })
    return tls.mode === 'acme' ? tls.authority : tls.mode
  }
  assert.equal(authority('staging'), 'https://acme-staging-v02.api.letsencrypt.org/directory')
  assert.equal(
    authority('https://CA.internal:9000/acme/acme/directory', 'box.internal'),
    'https://ca.internal:9000/acme/acme/directory',
  )
})

test('people reach the room by PUBLIC_PORT, by 443 where there is no other, or by the port that is listened on', () => {
  assert.equal(accepted({ DOMAIN: 'a.example.org' }).publicPort, 443)
  assert.equal(accepted({ DOMAIN: 'a.example.org', TLS: 'platform' }).publicPort, 443)
  assert.equal(accepted({ DOMAIN: 'a.example.org', TLS: 'local' }).publicPort, undefined)
  assert.equal(accepted({ PUBLIC_PORT: '443' }).publicPort, 443)
})

test('hosts have the spelling of URL.hostname, ready to compare with a Host header', () => {
  const { allowedHosts } = accepted({ ALLOWED_HOSTS: 'Chat.Example.org, 192.168.1.5,FD00::0:2' })
  assert.deepEqual(allowedHosts, ['chat.example.org', '192.168.1.5', '[fd00::2]'])
  for (const host of allowedHosts) assert.equal(new URL(`https://${host}:8443`).hostname, host)
})

const SECRET = 'canary secret\u0007'
const KEY = '-----BEGIN EC PRIVATE KEY-----\ncanary\n-----END EC PRIVATE KEY-----\n'
const PAIR = { TLS_CERT: 'c.pem', TLS_KEY: 'k.pem' }
const wrong: [Record<string, string>, RegExp][] = [
  [{ PORT: '65536' }, /^PORT \(--port\): "65536" is not allowed: give a whole number from 0 to 65535$/],
  [{ PORT: '-1' }, /PORT.*"-1"/],
  [{ PORT: '80.5' }, /PORT.*"80\.5"/],
  [{ HTTP_PORT: 'none' }, /HTTP_PORT.*"none"/],
  [{ HOST: 'a b' }, /HOST .*"a b"/],
  [{ DATA_DIR: 'a\0b' }, /DATA_DIR.*a path/],
  [{ TLS: 'ACME' }, /TLS .*one of local, files, acme, platform/],
  [{ ACME_DIRECTORY: 'http://ca.example.org/' }, /ACME_DIRECTORY.*production or staging/],
  [
    { ACME_DIRECTORY: 'https://me:canary@ca.example.org/' },
    /ACME_DIRECTORY.*what was given.*without a password/,
  ],
  [
    { ...PAIR, TLS_KEY: KEY },
    /^TLS_KEY.*what was given is not allowed: give a path, not what is in the file$/,
  ],
  [{ ...PAIR, TLS_KEY: KEY.replaceAll('\n', '\\n') }, /^TLS_KEY.*what was given is not allowed/],
  [
    { ...PAIR, TLS_KEY_PASSPHRASE_FILE: 'canary\n' },
    /^TLS_KEY_PASSPHRASE_FILE.*what was given is not allowed/,
  ],
  [{ DOMAIN: 'https://me:canary@a.example' }, /^DOMAIN.*what was given is not allowed/],
  [{ PROXY_PROTOCOL: 'v2' }, /PROXY_PROTOCOL.*off, required/],
  [{ PUBLIC_PORT: '0' }, /PUBLIC_PORT/],
  [{ DOMAIN: 'https://a.example' }, /DOMAIN.*host name/],
  [{ DOMAIN: 'a.example:443' }, /DOMAIN.*without a port/],
  [{ ALLOWED_HOSTS: 'a.example,*' }, /ALLOWED_HOSTS.*commas/],
  [{ ALLOWED_HOSTS: '999.1.1.1' }, /ALLOWED_HOSTS/],
  [{ CLAIM_CODE: SECRET }, /CLAIM_CODE.*what was given is not allowed.*128/],
  [{ OPAQUE_SERVER_SETUP: SECRET }, /OPAQUE_SERVER_SETUP.*171 characters/],
  [{ OPAQUE_SERVER_SETUP: 'A'.repeat(172) }, /OPAQUE_SERVER_SETUP/],
  [{ ROOMS: '2' }, /ROOMS.*one, many/],
  [{ LOGIN_BURST: '30' }, /LOGIN_BURST.*address,room/],
  [{ LOGIN_BURST: '30,300,1' }, /LOGIN_BURST/],
  [{ LOGIN_PER_MINUTE: '0,60' }, /LOGIN_PER_MINUTE/],
  [{ LOG_LEVEL: 'verbose' }, /LOG_LEVEL.*trace, debug, info/],
  [{ LOG_RETENTION_MESSAGES: '1e4' }, /LOG_RETENTION_MESSAGES/],
  [{ LOG_RETENTION_BYTES: '64M' }, /LOG_RETENTION_BYTES.*64MiB/],
  [{ LOG_RETENTION_AGE: '7' }, /LOG_RETENTION_AGE.*10m/],
  [{ AWAY_GRACE: '8d' }, /AWAY_GRACE.*from 0 to 7d/],
  [{ SEGMENT_QUOTA: '1MiB' }, /SEGMENT_QUOTA.*at least 16MiB/],
  [{ SEGMENT_TTL: '0' }, /SEGMENT_TTL/],
  [{ SYNC: 'off' }, /SYNC.*normal, full/],
  [{ SLOW_READER_BUFFER: '1' }, /SLOW_READER_BUFFER/],
  [{ PORT: 'x'.repeat(5000) }, /^.{1,200}$/],
]

for (const [env, expected] of wrong) {
  test(`a wrong ${Object.keys(env)[0]} is one clear line that says what is allowed: ${expected.source}`, () => {
    const [error, ...more] = refused(env)
    assert.equal(more.length, 0)
    assert.equal(error?.reason, 'bad-value')
    assert.match(error?.message ?? '', expected)
    assert.doesNotMatch(error?.message ?? '', /canary|AAAA/)
  })
}

const conflicting: [Record<string, string>, RegExp[]][] = [
  [{ TLS: 'files' }, [/needs TLS_CERT/, /needs TLS_KEY/]],
  [{ TLS_CERT: 'c' }, [/TLS=files needs TLS_KEY/]],
  [{ TLS_KEY: 'k' }, [/TLS_KEY is not for TLS=local/]],
  [{ TLS: 'local', TLS_CERT: 'c', TLS_KEY: 'k' }, [/TLS_CERT is not for TLS=local/, /TLS_KEY/]],
  [{ TLS: 'acme' }, [/TLS=acme needs DOMAIN/]],
  [{ TLS: 'acme', DOMAIN: 'box.local' }, [/DOMAIN=box\.local .*TLS=local/]],
  [{ DOMAIN: '192.168.1.5' }, [/DOMAIN=192\.168\.1\.5/]],
  [{ ACME_DIRECTORY: 'staging' }, [/ACME_DIRECTORY is not for TLS=local/]],
  [{ TLS_KEY_PASSPHRASE_FILE: 'p' }, [/TLS_KEY_PASSPHRASE_FILE is not for TLS=local/]],
  [
    { TLS: 'platform', HTTP_PORT: '8081', PROXY_PROTOCOL: 'required' },
    [
      /TLS=platform needs DOMAIN/,
      /HTTP_PORT is not for TLS=platform/,
      /PROXY_PROTOCOL is not for TLS=platform/,
    ],
  ],
  [{ TRUSTED_HOPS: '1' }, [/TRUSTED_HOPS is not for TLS=local/]],
  [{ PORT: '8080' }, [/PORT and HTTP_PORT are both 8080/]],
  [{ METRICS_HOST: '::' }, [/METRICS_HOST is nothing without METRICS_PORT/]],
  [{ METRICS_PORT: '8080' }, [/METRICS_PORT is 8080, which serves the room/]],
]

for (const [env, expected] of conflicting) {
  test(`settings that contradict each other are told: ${JSON.stringify(env)}`, () => {
    const errors = refused(env)
    assert.deepEqual(new Set(errors.map(({ reason }) => reason)), new Set(['conflict']))
    assert.equal(errors.length, expected.length)
    for (const [index, pattern] of expected.entries()) assert.match(errors[index]?.message ?? '', pattern)
  })
}

test('an unknown flag is named with the nearest known one, and its value is not', () => {
  const [error, ...more] = refused({}, ['--claim-cod=canary', '--prot', '1'])
  assert.equal(error?.message, 'there is no "--claim-cod"; the nearest is --claim-code')
  assert.equal(more[0]?.message, 'there is no "--prot"; the nearest is --port')
  assert.equal(more.length, 1)
})

test('a key in place of its path is no flag, and is not told', () => {
  const messages = refused({}, ['--tls-key', KEY]).map(({ message }) => message)
  assert.match(messages[0] ?? '', /^--tls-key needs a value: a path/)
  assert.match(messages[1] ?? '', /^there is no such flag/)
  assert.doesNotMatch(messages.join(), /canary|BEGIN/)
})

test('what is no flag, and a flag without a value, are told without quoting what may be a secret', () => {
  const errors = refused({}, ['--claim-code', 'my', 'canary', '--port', '--tls'])
  assert.deepEqual(errors, [
    { reason: 'not-a-flag', message: 'argument 3 belongs to no setting: write --name value' },
    { reason: 'no-value', message: '--port needs a value: a whole number from 0 to 65535' },
    { reason: 'no-value', message: '--tls needs a value: one of local, files, acme, platform' },
  ])
})

test('everything wrong is told at once', () => {
  assert.equal(refused({ PORT: 'x', SYNC: 'y' }, ['--nope', '1', '--rooms=z']).length, 4)
})

test('the help has one line for each setting, with its default', () => {
  const flags = [...describeConfig().matchAll(/^ {2}(--[a-z-]+) {2,}\S.*$/gm)].map(([, flag]) => flag)
  const variables =
    'PORT HTTP_PORT PUBLIC_PORT HOST DATA_DIR CERTS_DIR TLS TLS_CERT TLS_KEY TLS_KEY_PASSPHRASE_FILE DOMAIN ACME_DIRECTORY PROXY_PROTOCOL TRUSTED_HOPS ALLOWED_HOSTS CLAIM_CODE ROOMS LOGIN_BURST ' +
    'LOGIN_PER_MINUTE MESSAGE_BURST MESSAGES_PER_SECOND MAX_CONNECTIONS MAX_CONNECTIONS_PER_ADDRESS OPAQUE_SERVER_SETUP LOG_LEVEL LOG_RETENTION_MESSAGES LOG_RETENTION_BYTES LOG_RETENTION_AGE ' +
    'AWAY_GRACE SEGMENT_QUOTA SEGMENT_TTL SYNC METRICS_PORT METRICS_HOST SLOW_READER_BUFFER'
  const expected = variables.split(' ').map(name => `--${name.toLowerCase().replaceAll('_', '-')}`)
  assert.deepEqual(flags, expected)
  assert.match(describeConfig(), /--away-grace +how long a dropped member keeps its alias \(10m\)/)
})

test('a secret given as a flag is taken, and a line warns of it without telling it', () => {
  const argv = ['--claim-code', 'canary', '--port=1', '--opaque-server-setup=canary']
  const warnings = exposedSecrets(argv)
  assert.equal(warnings.length, 2)
  assert.match(warnings[0] ?? '', /^--claim-code .*CLAIM_CODE in the environment/)
  assert.match(warnings[1] ?? '', /^--opaque-server-setup /)
  assert.doesNotMatch(warnings.join(), /canary|\n/)
  assert.deepEqual(exposedSecrets(['--port', '1']), [])
})
