import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'
import { TYPES } from './tools.ts'

export type Manifest = { readonly apiVersion: string; readonly kind: string } & Readonly<
  Record<string, unknown>
>

export const parseManifests = (text: string): readonly Manifest[] =>
  parseAllDocuments(text).map(document => document.toJS())

const GATEWAY = fileURLToPath(new URL('gateway.ts', import.meta.url))
const COMPILER = fileURLToPath(import.meta.resolve('typescript/bin/tsc'))

const OPTIONS = {
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  module: 'nodenext',
  types: [],
}

/** Of the core group there is no name before the version. */
function moduleOf({ apiVersion }: Manifest): string {
  const [group = '', version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion]
  if (group === 'gateway.networking.k8s.io') return GATEWAY
  return `kubernetes-types/${group.replace('.k8s.io', '')}/${version}`
}

/**
 * What the compiler finds in each set of manifests, by name: as literals of their types they may have no property that the
 * API does not know, and none of another type, at any depth. Sets are checked together, since its start takes longest.
 */
export function typeErrors(
  sets: ReadonlyMap<string, readonly Manifest[]>,
): ReadonlyMap<string, readonly string[]> {
  const directory = mkdtempSync(join(TYPES, 'check-'))
  try {
    for (const [name, manifests] of sets) {
      const lines = manifests.map((manifest, index) => {
        const type = `import(${JSON.stringify(moduleOf(manifest))}).${manifest.kind}`
        return `export const manifest${index}: ${type} = ${JSON.stringify(manifest)}\n`
      })
      writeFileSync(join(directory, `${name}.ts`), lines.join(''))
    }
    const files = [...sets.keys()].map(name => `${name}.ts`)
    writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions: OPTIONS, files }))
    const { stdout } = spawnSync(process.execPath, [COMPILER, '--project', directory], {
      cwd: directory,
      encoding: 'utf8',
    })
    const lines = stdout.split('\n').filter(line => line.includes('error TS'))
    const general = lines.find(line => !line.includes('.ts('))
    if (general !== undefined) throw new Error(general)
    return new Map([...sets.keys()].map(name => [name, lines.filter(line => line.includes(`${name}.ts(`))]))
  } finally {
    rmSync(directory, { recursive: true })
  }
}
