import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { RawSocket } from './raw-socket.ts'
import { relayFile } from './relayed-file.ts'
import { joinRoom } from './room-member.ts'

/*
 * A program: as much load as a relay takes. Told `start`, it moves one file after the other from one member to another, in a
 * room of their own; told `stop`, it says how many MB/s that were.
 */
const MEBIBYTES = 16
const BYTES = MEBIBYTES * 1024 * 1024

const [url = '', caPath = ''] = process.argv.slice(2)
const members = await joinRoom({ url: new URL(url), ca: readFileSync(caPath, 'utf8') }, 'files', 2)
const [sender, receiver] = await Promise.all(members.map(({ member }) => member.openSegments()))
if (sender === undefined || receiver === undefined) throw new Error('there are two members')

let isMoving = false

async function move(from: RawSocket, to: RawSocket): Promise<number> {
  const begun = performance.now()
  let bytes = 0
  while (isMoving) {
    await (await relayFile(from, [to], MEBIBYTES)).over
    bytes += BYTES
  }
  return bytes / 1000 / (performance.now() - begun)
}

let moving = Promise.resolve(Number.NaN)
process.stdout.write('ready\n')
for await (const line of createInterface({ input: process.stdin })) {
  isMoving = line === 'start'
  if (isMoving) moving = move(sender, receiver)
  else process.stdout.write(`${await moving}\n`)
}
