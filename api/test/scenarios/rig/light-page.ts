import { createHash } from 'node:crypto'
import { PROFILES } from '../../../client/src/crypto/stretch.ts'
import { loadStaticFiles as full, type StaticFile } from '../../../src/edge/static-files.ts'
import { LIGHT_PROFILES } from '../../support/light-profiles.ts'

/** As the bundler writes them. */
const written = (profiles: typeof PROFILES) =>
  [...profiles].map(([number, each]) => `[${number},${JSON.stringify(each).replaceAll('"', '')}]`).join()

/** As the service worker knows a file. */
const digest = (file: StaticFile) =>
  `sha256-${createHash('sha256').update(file.identity.body).digest('base64')}`

const textOf = (file: StaticFile) => Buffer.from(file.identity.body).toString()

function fileOf(text: string, type: string): StaticFile {
  const body = Buffer.from(text)
  return { type, identity: { body, etag: `"${createHash('sha256').update(body).digest('base64url')}"` } }
}

/** Stands in for the server's own, see `lightly.ts`: the page as it was built, with next to no stretching. */
export const loadStaticFiles: typeof full = async directory => {
  const files = new Map(await full(directory))
  const worker = files.get('/sw.js')
  if (worker === undefined) return files
  let precaching = textOf(worker)
  const changed: string[] = []
  for (const [path, file] of files) {
    if (!path.endsWith('.js') || !textOf(file).includes(written(PROFILES))) continue
    const light = fileOf(textOf(file).replace(written(PROFILES), written(LIGHT_PROFILES)), file.type)
    precaching = precaching.replace(digest(file), digest(light))
    files.set(path, light)
    changed.push(path)
  }
  if (changed.length !== 2) {
    throw new Error(`not the page and its worker alone know how to stretch, but: ${changed.join(', ')}`)
  }
  return files.set('/sw.js', fileOf(precaching, worker.type))
}
