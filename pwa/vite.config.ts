import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { UserConfig } from 'vite'
import { directImports } from './build/direct-imports.ts'
import { namedTexts } from './build/named-texts.ts'
import { preloadedParts } from './build/preloaded-parts.ts'
import { sheetsAsFiles } from './build/sheets-as-files.ts'
import { smallerTemplates } from './build/smaller-templates.ts'
import { tablesAsData } from './build/tables-as-data.ts'
import { textsAsData } from './build/texts-as-data.ts'

/** Where the room runs that the development server passes sockets on to. */
const ROOM = process.env['ROOM_URL'] ?? 'https://localhost:8443'

export default {
  root: import.meta.dirname,
  plugins: [
    tablesAsData,
    textsAsData,
    sheetsAsFiles(),
    smallerTemplates,
    namedTexts,
    directImports,
    preloadedParts,
  ],
  build: {
    target: 'es2022',
    // What is loaded later is one script each, whose name alone is what would be preloaded with it.
    modulePreload: false,
    // A strict policy allows no `data:`.
    assetsInlineLimit: 0,
    // Done once, with the files that are shipped.
    reportCompressedSize: false,
    // How long the build takes on a loaded machine is no warning.
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
  worker: { format: 'es' },
  server: {
    host: 'localhost',
    ...localCertificate(),
    proxy: {
      // Its certificate is not vouched for by what Node trusts, and it is on this machine.
      '/rooms': { target: ROOM, ws: true, secure: false, changeOrigin: true, rewriteWsOrigin: true },
    },
  },
} satisfies UserConfig

/** That of the room on this machine, so that a browser that trusts the one trusts the other. */
function localCertificate(): { readonly https?: { readonly cert: Buffer; readonly key: Buffer } } {
  const directory = process.env['CERTS_DIR'] || join(import.meta.dirname, '../certs/local')
  const [cert, key] = [join(directory, 'server.crt'), join(directory, 'server.key')]
  if (!existsSync(cert) || !existsSync(key)) return {}
  return { https: { cert: readFileSync(cert), key: readFileSync(key) } }
}
