/** Bytes of one piece of memory, which many frames share. */
const SHARED = 64 * 1024
/** What is larger has memory of its own. */
const LARGEST = SHARED / 4

let piece = Buffer.allocUnsafeSlow(SHARED)
let used = 0

/**
 * Memory for what is written once and changed no more: an array buffer for each frame would cost more than the frame.
 * It is never used twice, and free when the last one of those who share it is: who keeps a little for long keeps all of it,
 * and should have memory of its own.
 */
export function takeMemory(length: number): Buffer {
  if (length > LARGEST) return Buffer.allocUnsafeSlow(length)
  if (used + length > SHARED) {
    piece = Buffer.allocUnsafeSlow(SHARED)
    used = 0
  }
  used += length
  return piece.subarray(used - length, used)
}
