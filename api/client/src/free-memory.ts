/**
 * Gives the memory that these bytes lie in back at once; whoever calls it owns all of that memory, and nobody looks at it
 * again. The garbage collector counts such memory as its own: at some buffers of 256 KiB a segment it walked the whole heap
 * every 5 MB of a file, which cost as much as all else that was done for it.
 */
export function freeMemory({ buffer }: Uint8Array): void {
  // Empty: nothing to give back, or given back already.
  if (buffer instanceof ArrayBuffer && buffer.byteLength > 0) buffer.transfer(0)
}
