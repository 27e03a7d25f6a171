import { dirname, join } from 'node:path'
import type { Plugin } from 'rolldown'

const WORKER = /new URL\('(\.\/[\w-]+-worker\.ts)', import\.meta\.url\)/g

/** `new Worker(new URL('./x-worker.ts', import.meta.url))` runs a file: each such becomes one. */
export const workersAsPrograms: Plugin = {
  name: 'workers-as-programs',
  transform: {
    filter: { code: WORKER },
    handler(code, path) {
      return code.replaceAll(WORKER, (_, worker: string) => {
        const file = this.emitFile({ type: 'chunk', id: join(dirname(path), worker) })
        return `new URL(import.meta.ROLLUP_FILE_URL_${file})`
      })
    },
  },
}
