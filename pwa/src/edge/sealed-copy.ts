import { type Bytes, openState, sealState } from '@chat-room/client'
import { browserRandom } from './random.ts'

/** Content that is sealed at once; and what that adds to it. */
const PIECE = 256 * 1024
const ADDED = 29

/** What a file is read by: the one that a person gave, or a copy of it. */
export type Readable = Pick<File, 'name' | 'size' | 'type' | 'lastModified'> & {
  slice(from: number, to: number): Pick<Blob, 'arrayBuffer'>
}

/** A copy of a file, as it lies on the disk. `id`, of which there is one, is sealed in: no piece can be put in another's place. */
export type SealedCopy = { readonly facts: Bytes; readonly content: Blob }

type Facts = Pick<File, 'name' | 'size' | 'type' | 'lastModified'> & { readonly path: string }

const nameOf = (id: string, part: number | 'facts'): string => `given/${id}/${part}`

/** Never has more of it in memory than a piece. */
export async function sealCopy(
  key: CryptoKey,
  id: string,
  file: Readable,
  path: string,
): Promise<SealedCopy> {
  const { name, size, type, lastModified } = file
  const seal = (part: number | 'facts', bytes: Bytes) =>
    sealState(key, nameOf(id, part), bytes, browserRandom)
  const pieces: Blob[] = []
  for (let at = 0; at < size; at += PIECE) {
    const bytes = new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer())
    pieces.push(new Blob([await seal(at, bytes)]))
  }
  const facts: Facts = { path, name, size, type, lastModified }
  return {
    facts: await seal('facts', new TextEncoder().encode(JSON.stringify(facts))),
    content: new Blob(pieces),
  }
}

/** Undefined: it was sealed by another key. */
export async function openCopy(
  key: CryptoKey,
  id: string,
  { facts, content }: SealedCopy,
): Promise<(Readable & { readonly path: string }) | undefined> {
  const open = async (part: number | 'facts', sealed: Bytes) => {
    const opened = await openState(key, nameOf(id, part), sealed)
    return opened.ok ? opened.value : undefined
  }
  const opened = await open('facts', facts)
  if (opened === undefined) return undefined
  const known: Facts = JSON.parse(new TextDecoder().decode(opened))
  return {
    ...known,
    slice: (from, to) => ({
      async arrayBuffer() {
        const bytes = new Uint8Array(Math.min(to, known.size) - from)
        for (let at = from - (from % PIECE); at < from + bytes.length; at += PIECE) {
          const first = (at / PIECE) * (PIECE + ADDED)
          const sealed = await content.slice(first, first + PIECE + ADDED).arrayBuffer()
          const piece = await open(at, new Uint8Array(sealed))
          if (piece === undefined) throw new Error('what this device kept of the file is damaged')
          const skipped = Math.max(from - at, 0)
          bytes.set(piece.subarray(skipped, to - at), at + skipped - from)
        }
        return bytes.buffer
      },
    }),
  }
}
