import { watch } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { within } from '../../../../api/test/scenarios/rig/within.ts'

/** What browsers call a download that is not whole. */
const PARTIAL = /\.(?:part|crdownload|wkdownload)$/

/** Whether a person who looks into the folder would take that download for a whole one. */
export async function looksFinished(directory: string, name: string): Promise<boolean> {
  const names = await readdir(directory)
  const stem = name.replace(/\.[^.]*$/, '')
  // Firefox reserves the name by an empty file while another grows beside it.
  if (!names.includes(name) || names.some(each => each.startsWith(stem) && PARTIAL.test(each))) return false
  return (await stat(join(directory, name))).size > 0
}

/** The path of a download, once it looks finished. */
export async function downloaded(directory: string, name: string, deadline?: number): Promise<string> {
  return await lookedFor(directory, `download of ${name}`, deadline, async () =>
    (await looksFinished(directory, name)) ? join(directory, name) : undefined,
  )
}

/** Resolves once a download has begun to fill. */
export async function growing(directory: string): Promise<void> {
  await lookedFor(directory, 'beginning of a download', undefined, async () => {
    for (const each of await readdir(directory)) {
      if (PARTIAL.test(each) && (await stat(join(directory, each))).size > 0) return each
    }
    return undefined
  })
}

/** What `look` finds in a directory, as soon as a change there makes it. */
async function lookedFor(
  directory: string,
  what: string,
  deadline: number | undefined,
  look: () => Promise<string | undefined>,
): Promise<string> {
  const found = Promise.withResolvers<string>()
  const attend = () => {
    look().then(
      path => path !== undefined && found.resolve(path),
      (error: NodeJS.ErrnoException) => {
        // It was renamed between two looks, of which the next one tells.
        if (error.code !== 'ENOENT') found.reject(error)
      },
    )
  }
  const watcher = watch(directory, attend)
  try {
    attend()
    return await within(found.promise, what, () => directory, deadline)
  } finally {
    watcher.close()
  }
}
