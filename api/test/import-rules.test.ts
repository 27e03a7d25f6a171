import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CRUISER = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')

/** A violation of each rule: where it is planted, and what it says. */
const VIOLATIONS: readonly (readonly [rule: string, file: string, text: string])[] = [
  ['protocol-imports-valibot-alone', 'api/protocol/src/planted.ts', "import 'node:fs'"],
  ['client-imports-protocol-and-its-crypto-libraries', 'api/client/src/planted.ts', "import 'hono'"],
  [
    'opaque-is-loaded-by-the-stretch-worker-alone',
    'api/client/src/planted.ts',
    "import '@serenity-kit/opaque'",
  ],
  ['room-is-pure', 'api/src/room/planted.ts', "import 'node:crypto'"],
  ['relay-is-pure', 'api/src/relay/planted.ts', "import '../room/rooms.ts'"],
  ['store-implements-ports', 'api/src/store/planted.ts', "import '../room/room.ts'"],
  ['edge-implements-ports', 'api/src/edge/planted.ts', "import '../relay/relay.ts'"],
  ['node-ws-behind-one-file', 'api/src/edge/planted.ts', "import '@hono/node-ws'"],
  ['terminal-imports-client-and-protocol', 'api/src/terminal/planted.ts', "import '../server.ts'"],
  ['pwa-imports-client-and-protocol', 'pwa/src/planted.ts', "import '../../api/src/server.ts'"],
  ['certs-stands-alone', 'certs/planted.ts', "import '../api/src/config.ts'"],
  ['no-tests-in-the-product', 'api/src/planted.ts', "import './units.test.ts'"],
]

describe('the import check', () => {
  test('finds a violation of every rule that is planted in a copy of the tree', async () => {
    const copy = await mkdtemp(join(tmpdir(), 'import-rules-'))
    try {
      await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
      for (const name of [
        '.dependency-cruiser.json',
        'tsconfig.base.json',
        'package.json',
        'api',
        'pwa',
        'certs',
      ]) {
        await cp(join(ROOT, name), join(copy, name), {
          recursive: true,
          filter: path => !/node_modules|\/certs\/local/.test(path.slice(ROOT.length)),
        })
      }
      for (const [, file, text] of VIOLATIONS) {
        await mkdir(dirname(join(copy, file)), { recursive: true })
        await writeFile(join(copy, file), `${text}\n`, { flag: 'a' })
      }
      await writeFile(join(copy, 'api/src/app.ts'), "import './server.ts'\n", { flag: 'a' })
      const { status, output } = await cruise(copy)
      assert.notEqual(status, 0)
      for (const [rule, file] of VIOLATIONS) {
        assert.match(output, new RegExp(`${rule}: ${file.replace('.', '\\.')}`), rule)
      }
      assert.match(output, /app-imports-room-relay-protocol: api\/src\/app\.ts/)
      assert.match(output, /no-cycles/)
    } finally {
      await rm(copy, { recursive: true })
    }
  })
})

function cruise(directory: string): Promise<{ status: number; output: string }> {
  return new Promise(resolve => {
    const rules = ['-c', '.dependency-cruiser.json', '-T', 'err', 'api', 'pwa', 'certs']
    execFile(process.execPath, [CRUISER, ...rules], { cwd: directory }, (error, stdout, stderr) => {
      const status = error === null ? 0 : Number(error.code)
      resolve({ status, output: `${stdout}${stderr}`.replace(/\n\s+/g, ' ') })
    })
  })
}
