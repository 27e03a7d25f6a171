import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'

/** Where the person is: npm runs a package's scripts in the package's directory and says where it was called from. */
export function startDirectory(env: Readonly<Record<string, string | undefined>>, here: string): string {
  const { INIT_CWD: calledFrom, npm_package_json: manifest } = env
  if (calledFrom === undefined || manifest === undefined) return here
  // What npm runs may itself start this program in a directory of its choice, with npm's variables still set.
  return realpathSync(dirname(manifest)) === realpathSync(here) ? calledFrom : here
}
