import { createHash, randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { platform } from 'node:os'
import { join } from 'node:path'
import type { server as OpaqueServer } from '@serenity-kit/opaque'
import { errnoOf } from '../errno.ts'

/** The server's long-term OPAQUE secrets: OPRF seed, private key, dummy key. */
export type ServerSetup = {
  /** 128 bytes, base64url. */
  readonly secret: string
  /** SHA-256 of the secret, base64url: binds records to the setup they were made with. */
  readonly hash: string
}

/** A setup that is given but unusable. The message names where it came from and repeats nothing of it. */
export class InvalidServerSetup extends Error {
  override readonly name = 'InvalidServerSetup'
}

const FILE = 'opaque-server-setup'
const SETUP = /^[\w-]{171}$/

/**
 * The setup of this deployment: the one that is given, else the one in `directory`, else a new one that is kept there
 * (0600 in a directory of 0700). Of several processes that start at once all get the same.
 *
 * One that is kept is looked at for its shape alone: the rooms are bound to its hash, and OPAQUE refuses it when it is loaded.
 *
 * @throws InvalidServerSetup
 */
export async function loadServerSetup(given: string | undefined, directory: string): Promise<ServerSetup> {
  if (given !== undefined) {
    await checkSetup(given, 'OPAQUE_SERVER_SETUP')
    return describe(given)
  }
  const path = join(directory, FILE)
  const stored = ((await read(path)) ?? (await create(directory, path))).trim()
  if (!SETUP.test(stored)) throw new InvalidServerSetup(`${path} is not an OPAQUE server setup`)
  return describe(stored)
}

/**
 * The library, if it takes this setup.
 *
 * @param source Where the setup came from, to be told instead of it.
 * @throws InvalidServerSetup
 */
export async function checkSetup(secret: string, source: string): Promise<typeof OpaqueServer> {
  const server = await loadOpaque()
  try {
    if (!SETUP.test(secret)) throw new Error('expected 171 characters of base64url')
    server.getPublicKey(secret)
  } catch (cause) {
    throw new InvalidServerSetup(`${source} is not an OPAQUE server setup`, { cause })
  }
  return server
}

/** When it is needed: a tenth of a start would be its own. */
async function loadOpaque(): Promise<typeof OpaqueServer> {
  const { ready, server } = await import('@serenity-kit/opaque')
  await ready
  return server
}

const describe = (secret: string): ServerSetup => ({ secret, hash: hashSetup(secret) })

export const hashSetup = (secret: string): string =>
  createHash('sha256').update(secret, 'base64url').digest('base64url')

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Written whole and synced under another name first: the name of the setup never stands for half of one. */
async function create(directory: string, path: string): Promise<string> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const draft = `${path}.${randomBytes(8).toString('hex')}`
  const secret = (await loadOpaque()).createSetup()
  try {
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(`${secret}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await link(draft, path)
    await syncDirectory(directory)
    return secret
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
    return await readFile(path, 'utf8')
  } finally {
    await unlink(draft)
  }
}

async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot open a directory; there the file system's own journal has to do.
  if (platform() === 'win32') return
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
