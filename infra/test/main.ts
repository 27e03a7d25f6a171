import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { ensureTools, PACKAGES, TOOLS, TYPES_PACKAGE } from './tools.ts'

// `npm run test:infra`: each file of infra/ is read by the very program that reads it at a host, wherever there is one; and
// again with a misspelt key, which that program has to refuse.

if (process.getuid?.() !== 0) {
  process.stderr.write(
    'test:infra needs Debian and root: it unpacks packages into a directory and runs them there\n',
  )
  process.exit(1)
}
process.stdout.write(
  `Debian\u2019s packages ${PACKAGES.join(', ')} and npm\u2019s ${TYPES_PACKAGE} are unpacked into ${TOOLS}, unless they are there.\n`,
)
ensureTools()
const { status } = spawnSync(
  process.execPath,
  ['--disable-warning=ExperimentalWarning', '--test', ...globSync(join(import.meta.dirname, '*.infra.ts'))],
  { stdio: ['ignore', 'inherit', 'inherit'] },
)
process.exit(status ?? 1)
