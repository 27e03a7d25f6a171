import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'
import { chunks } from './chunks.ts'
import { compressFiles } from './compress-files.ts'
import { precacheManifest, SHELL } from './precache-manifest.ts'
import { withoutPreloads } from './preloaded-parts.ts'

/** The page, then the worker that keeps it at hand, then all of it once more in smaller. */
export async function bundle(root: string, outDir: string): Promise<void> {
  const common = { root, configFile: join(root, 'vite.config.ts'), logLevel: 'warn' } as const
  const rolldownOptions = { output: { codeSplitting: { groups: [...chunks] } } }
  await build({ ...common, build: { outDir, emptyOutDir: true, rolldownOptions } })

  const document = await readFile(join(outDir, 'index.html'), 'utf8')
  await writeFile(join(outDir, SHELL), withoutPreloads(document))
  const policies = await readFile(join(root, '../api/src/app-policies.ts'))
  const manifest = await precacheManifest(outDir, policies)
  await build({
    ...common,
    publicDir: false,
    define: { PRECACHE_MANIFEST: JSON.stringify(manifest) },
    build: {
      outDir,
      emptyOutDir: false,
      // A classic script: of a module, Firefox makes no service worker before version 147.
      rolldownOptions: {
        input: join(root, 'src/service-worker/service-worker.ts'),
        output: { format: 'iife', entryFileNames: 'sw.js' },
      },
    },
  })
  await compressFiles(outDir)
}
