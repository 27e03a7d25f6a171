/** RFC 6455 section 11.8. */
export const OPCODE = { text: 0x1, binary: 0x2 } as const

const FIN = 0x80

/**
 * The header of a whole, unmasked message (RFC 6455 section 5.2): a server masks nothing, and we fragment nothing.
 *
 * @param length Bytes of payload that follow.
 */
export function frameHeader(opcode: number, length: number): Buffer {
  const header = Buffer.allocUnsafe(headerLength(length))
  writeHeader(header, opcode, length)
  return header
}

/** A text message as it goes over the wire to whoever gets it. */
export function encodeTextFrame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const start = headerLength(length)
  const frame = Buffer.allocUnsafe(start + length)
  writeHeader(frame, OPCODE.text, length)
  frame.write(text, start)
  return frame
}

const headerLength = (length: number): number => (length < 126 ? 2 : length < 65_536 ? 4 : 10)

function writeHeader(target: Buffer, opcode: number, length: number): void {
  target[0] = FIN | opcode
  if (length < 126) {
    target[1] = length
  } else if (length < 65_536) {
    target[1] = 126
    target.writeUInt16BE(length, 2)
  } else {
    target[1] = 127
    target.writeBigUInt64BE(BigInt(length), 2)
  }
}
