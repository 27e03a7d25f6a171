import type { Bytes, Journal } from '@chat-room/client'
import type { Use } from './cabinet.ts'

/** One write for all that came while the one before was under way. */
export function createJournal(use: Use, name: string): Journal {
  let waiting: Bytes[] = []
  let following: Promise<void> | undefined
  let writing: Promise<void> = Promise.resolve()

  async function write(): Promise<void> {
    following = undefined
    const piece = joined(waiting)
    waiting = []
    await use(cabinet => cabinet.appendJournal(name, piece))
  }

  return {
    read: async () => joined(await use(cabinet => cabinet.readJournal(name))),
    append(bytes) {
      waiting.push(bytes)
      following ??= writing.catch(() => {}).then(() => (writing = write()))
      return following
    },
    async clear() {
      await writing.catch(() => {})
      await use(cabinet => cabinet.clearJournal(name))
    },
    async release() {
      await (following ?? writing).catch(() => {})
    },
  }
}

function joined(pieces: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
