import { certsDirectory } from './certs-directory.ts'
import { type Config, exposedSecrets, parseConfig } from './config.ts'
import { StartFailure } from './start-failure.ts'

// What commands read and write, and their exit status: 0, 1 after a failure, 2 after wrong usage.

/** Undefined: it is wrong, and every fault was told. */
export function readConfig(argv: readonly string[]): Config | undefined {
  for (const warning of exposedSecrets(argv)) process.stderr.write(`chat-room: ${warning}\n`)
  const config = parseConfig({ ...process.env, CERTS_DIR: certsDirectory(process.env) }, argv)
  if (config.ok) return config.value
  for (const { message } of config.error) complain(message, 2)
  return undefined
}

/** `--name value` or `--name=value` of a command itself, and the arguments without it. */
export function takeOption(
  argv: readonly string[],
  name: string,
): { readonly value: string | undefined; readonly rest: readonly string[] } {
  const at = argv.findIndex(argument => argument === name || argument.startsWith(`${name}=`))
  if (at < 0) return { value: undefined, rest: argv }
  const [, ...inline] = (argv[at] ?? '').split('=')
  const size = inline.length > 0 ? 1 : 2
  return { value: inline.length > 0 ? inline.join('=') : argv[at + 1], rest: argv.toSpliced(at, size) }
}

/** Expected failures are told in a line; anything else is a bug, and shows where. */
export function failed(error: unknown): number {
  const expected = error instanceof StartFailure || EXPECTED.has((error as Error).name)
  const { code } = error as NodeJS.ErrnoException
  if (expected || code !== undefined) return complain((error as Error).message, 1)
  throw error
}

/** Failures of parts that do not know of this file, by their names. */
const EXPECTED = new Set(['InvalidServerSetup', 'StoreInUse', 'StoreTooNew'])

export function print(text: string): number {
  process.stdout.write(text)
  return 0
}

export function complain(message: string, status: number): number {
  process.stderr.write(`chat-room: ${message}\n`)
  return status
}
