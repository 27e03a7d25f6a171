import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

export type FileName = 'ca.crt' | 'ca.key' | 'server.crt' | 'server.key'

const mode = (name: FileName): number => (name.endsWith('.key') ? 0o600 : 0o644)

/** The files of one directory, and which of them were written through it. */
export type CertificateFiles = {
  readonly directory: string
  readonly written: FileName[]
  /** Undefined where there is no such file. */
  read(name: FileName): Promise<string | undefined>
  /** Puts a new file in place whole or not at all; where another process was first, its content is the answer. */
  create(name: FileName, pem: string): Promise<string>
  /** Replaces a file at once: a reader sees the old content or the new. */
  replace(name: FileName, pem: string): Promise<void>
}

export function certificateFiles(directory: string): CertificateFiles {
  const written: FileName[] = []
  return {
    directory,
    written,
    read: name => readPem(directory, name),
    async create(name, pem) {
      const kept = await createPem(directory, name, pem)
      if (kept === pem) written.push(name)
      return kept
    },
    async replace(name, pem) {
      await viaTemporary(directory, name, pem, temporary => rename(temporary, join(directory, name)))
      written.push(name)
    },
  }
}

async function readPem(directory: string, name: FileName): Promise<string | undefined> {
  try {
    return await readFile(join(directory, name), 'utf8')
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) return undefined
    throw cause
  }
}

async function createPem(directory: string, name: FileName, pem: string): Promise<string> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  return await viaTemporary(directory, name, pem, async temporary => {
    try {
      await link(temporary, join(directory, name))
      return pem
    } catch (cause) {
      if (isErrno(cause, 'EEXIST')) return await readFile(join(directory, name), 'utf8')
      throw cause
    }
  })
}

async function viaTemporary<T>(
  directory: string,
  name: FileName,
  pem: string,
  put: (temporary: string) => Promise<T>,
): Promise<T> {
  const temporary = join(directory, `.${name}.${randomUUID()}`)
  try {
    const file = await open(temporary, 'wx', mode(name))
    try {
      await file.writeFile(pem)
      await file.sync()
    } finally {
      await file.close()
    }
    return await put(temporary)
  } finally {
    await rm(temporary, { force: true })
  }
}

const isErrno = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code
