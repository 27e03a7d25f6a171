import { createReadStream, createWriteStream } from 'node:fs'
import { access, link, mkdir, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createBrotliDecompress } from 'node:zlib'

const { resolve } = createRequire(import.meta.url)
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/chat-room', import.meta.url))

/**
 * A headless Chromium that comes with npm, unpacked once. Not by its package's own hand: that unpacks to one fixed place, and
 * takes what another process is still writing there for whole.
 */
export async function chromiumPath(): Promise<string> {
  const entry = resolve('@sparticuz/chromium')
  const { version } = JSON.parse(await readFile(join(entry, '../../package.json'), 'utf8'))
  const path = join(CACHE, `chromium-${version}`)
  if (
    await access(path).then(
      () => true,
      () => false,
    )
  )
    return path
  await mkdir(CACHE, { recursive: true })
  const own = `${path}.${process.pid}`
  try {
    const packed = createReadStream(join(entry, '../../bin/chromium.br'))
    await pipeline(packed, createBrotliDecompress(), createWriteStream(own, { mode: 0o755 }))
    // Whoever was first stays: what runs already must not lose its file.
    await link(own, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(own, { force: true })
  }
  return path
}
