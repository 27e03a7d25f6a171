import { generateKeyPair } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readIfThere, replacePrivateFile } from '../private-file.ts'
import type { Pair } from '../tls.ts'
import { type AccountKey, parseAccountKey } from './account-key.ts'

/** A file in the vault that is not what it should be. */
export class VaultDamaged extends Error {
  override readonly name = 'VaultDamaged'
}

const generate = promisify(generateKeyPair)
const KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]+-----END [A-Z ]*PRIVATE KEY-----\n?/

/** What is kept of one certificate authority: each has accounts and certificates of its own, a staging one too. */
export class Vault {
  readonly directory: string

  /** @param authority URL of the authority's directory. */
  constructor(certsDirectory: string, authority: string) {
    const { host, pathname } = new URL(authority)
    this.directory = join(certsDirectory, 'acme', `${host}${pathname}`.replaceAll(/[^\w.-]+/g, '-'))
  }

  pathOf(name: string): string {
    return join(this.directory, `${name.replaceAll(/[^\w.-]+/g, '_')}.pem`)
  }

  /**
   * The key of the account, made if there is none.
   *
   * @throws VaultDamaged
   */
  async account(): Promise<AccountKey> {
    const path = join(this.directory, 'account.key')
    const stored = await readIfThere(path)
    const pem = stored ?? (await makeKey())
    const key = parseAccountKey(pem)
    if (key === undefined) {
      throw new VaultDamaged(
        `${path} is no P-256 private key: put it back, or remove it to make a new account`,
      )
    }
    if (stored === undefined) await replacePrivateFile(path, pem)
    return key
  }

  /** The certificate of a name and its key, as PEM; undefined if there is none. */
  async pair(name: string): Promise<Pair | undefined> {
    const pem = await readIfThere(this.pathOf(name))
    if (pem === undefined) return undefined
    const key = KEY.exec(pem)?.[0] ?? ''
    return { key, cert: pem.replace(key, '') }
  }

  /** In one file, so that no crash leaves a key without its certificate. */
  async keep(name: string, { cert, key }: Pair): Promise<void> {
    await replacePrivateFile(this.pathOf(name), `${key.trimEnd()}\n${cert.trimEnd()}\n`)
  }
}

async function makeKey(): Promise<string> {
  const { privateKey } = await generate('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}
