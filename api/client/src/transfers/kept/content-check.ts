import type { Bytes } from '../../bytes.ts'
import type { FileShape, SegmentSealer } from '../../crypto/file-stream.ts'
import { freeMemory } from '../../free-memory.ts'
import type { ByteBudget } from '../byte-budget.ts'

/** Segments that are read and sealed side by side. */
const WIDTH = 4

type Checked = {
  /** Made with the digests that an earlier process noted. */
  readonly sealer: SegmentSealer
  readonly shape: Pick<FileShape, 'segmentCount' | 'segmentSize'>
  readonly budget: ByteBudget
  /** The plaintext of a segment, as it lies on the disk now. */
  read(index: number): Promise<Bytes>
  /** Of a segment that was noted; `false` ends the check. What cannot be read is not the same. */
  visit(index: number, isSame: boolean): boolean
}

/**
 * Whether what an earlier process sealed, or kept, is still what lies on the disk: each segment that it noted is read and
 * sealed again, which gives the same ciphertext for the same bytes alone.
 */
export async function checkContent({ sealer, shape, budget, read, visit }: Checked): Promise<void> {
  let next = 0
  let goesOn = true
  const isSame = async (index: number): Promise<boolean> => {
    try {
      const plaintext = await read(index)
      const sealing = sealer.seal(index, plaintext)
      freeMemory(plaintext)
      const sealed = await sealing
      if (sealed.ok) freeMemory(sealed.value)
      return sealed.ok
    } catch {
      return false
    }
  }
  async function checkSome(): Promise<void> {
    while (goesOn && next < shape.segmentCount) {
      const index = next
      next += 1
      if (!sealer.digests.has(index)) continue
      const same = await budget.spend(shape.segmentSize, () => isSame(index))
      goesOn &&= visit(index, same)
    }
  }
  await Promise.all(Array.from({ length: WIDTH }, checkSome))
}
