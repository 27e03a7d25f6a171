import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { clientFrame } from '../../test/support/client-frames.ts'
import { decodeClientHeader, headerBytes, OPCODE } from './frame-header.ts'

const { text, binary, continuation, close, ping, pong } = OPCODE

function headerOf(opcode: number, length: number, fin = true): Buffer {
  const frame = clientFrame({ opcode, payload: new Uint8Array(length), fin })
  return frame.subarray(0, headerBytes(frame[1] ?? 0))
}

const changed = (header: Buffer, at: number, byte: number): Buffer => {
  const copy = Buffer.from(header)
  copy[at] = byte
  return copy
}

suite('RFC 6455 5.2: a client’s header', () => {
  for (const length of [0, 1, 125, 126, 127, 65_535, 65_536, 300_000])
    test(`of ${length} bytes of payload is read as it was written`, () => {
      for (const opcode of [text, binary, continuation])
        for (const fin of [true, false])
          assert.deepEqual(decodeClientHeader(headerOf(opcode, length, fin)), { fin, opcode, length })
    })

  for (const opcode of [close, ping, pong])
    test(`of the control frame ${opcode} is read`, () =>
      assert.deepEqual(decodeClientHeader(headerOf(opcode, 125)), { fin: true, opcode, length: 125 }))

  const short = headerOf(binary, 5)
  const medium = headerOf(binary, 126)
  const long = headerOf(binary, 65_536)
  const wrong: readonly (readonly [string, Buffer])[] = [
    ['RSV1, since nothing was negotiated', changed(short, 0, 0xc2)],
    ['RSV2', changed(short, 0, 0xa2)],
    ['RSV3', changed(short, 0, 0x92)],
    ...[3, 4, 5, 6, 7, 0xb, 0xc, 0xd, 0xe, 0xf].map(
      opcode => [`the opcode ${opcode}`, changed(short, 0, 0x80 | opcode)] as const,
    ),
    ['no mask (5.1)', changed(short, 1, 5)],
    ['a control frame of 126 bytes (5.5)', headerOf(ping, 126)],
    ['a control frame in fragments (5.5)', headerOf(ping, 5, false)],
    ['two bytes of length where one does', changed(changed(medium, 2, 0), 3, 125)],
    ['eight bytes of length where two do', changed(changed(long, 7, 0), 8, 0xff)],
    ['a length of more than 63 bits', changed(long, 2, 0x80)],
  ]
  for (const [what, header] of wrong)
    test(`with ${what} is refused`, () => assert.equal(decodeClientHeader(header), undefined))
})
