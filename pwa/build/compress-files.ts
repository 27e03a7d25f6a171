import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const brotliCompressed = promisify(brotliCompress)
const gzipped = promisify(gzip)

/** What is compressed by its own format already gains nothing. */
const COMPRESSIBLE = /\.(?:html|css|js|json|svg|txt|webmanifest)$/

/** Puts `x.br` and `x.gz` beside each file `x` that they make smaller. */
export async function compressFiles(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter(entry => entry.isFile() && COMPRESSIBLE.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
  await Promise.all(
    paths.map(async path => {
      const content = await readFile(path)
      const params = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length }
      const variants = [
        ['br', await brotliCompressed(content, { params })],
        ['gz', await gzipped(content, { level: 9 })],
      ] as const
      for (const [suffix, compressed] of variants) {
        if (compressed.length < content.length) await writeFile(`${path}.${suffix}`, compressed)
      }
    }),
  )
}
