import { OPCODE } from '../../src/edge/frame-header.ts'

export type ClientFrame = {
  readonly opcode: number
  readonly payload: Uint8Array
  readonly fin?: boolean
  readonly key?: Uint8Array
}

const KEY = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d)

/** A client's frame (RFC 6455 section 5.2), byte by byte: slow, and plain enough to check the reader by. */
export function clientFrame({ opcode, payload, fin = true, key = KEY }: ClientFrame): Buffer {
  const { length } = payload
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8
  const head = Buffer.alloc(2 + extended)
  head[0] = (fin ? 0x80 : 0) | opcode
  head[1] = 0x80 | (extended === 0 ? length : extended === 2 ? 126 : 127)
  if (extended === 2) head.writeUInt16BE(length, 2)
  if (extended === 8) head.writeBigUInt64BE(BigInt(length), 2)
  const masked = payload.map((byte, at) => byte ^ (key[at & 3] ?? 0))
  return Buffer.concat([head, key, masked])
}

export const textFrame = (text: string): Buffer =>
  clientFrame({ opcode: OPCODE.text, payload: Buffer.from(text) })

export const binaryFrame = (payload: Uint8Array): Buffer => clientFrame({ opcode: OPCODE.binary, payload })
