import { fileURLToPath } from 'node:url'

/**
 * Where the local authority lies unless `CERTS_DIR` says otherwise: beside the code, whatever directory a command is run from,
 * so that the room that makes it and the terminal that trusts it mean the same one.
 */
export const certsDirectory = (env: Readonly<Record<string, string | undefined>>): string =>
  env['CERTS_DIR'] || fileURLToPath(new URL('../../certs/local', import.meta.url))
