import type { Clock, OpenSocket } from '@chat-room/client'

const OPENING = 20_000

/** How often is looked whether what was sent went out: nothing tells. Doubled up to the last while nothing moves. */
const FIRST_LOOK = 4
const LAST_LOOK = 64

/** 1006 is no code to be sent: it says that the connection went without a word. */
const GONE = 1006

/** Tells when a connection that looks alive cannot be: this device slept, or is in another network now. */
export type Awakenings = { onAwakening(callback: () => void): () => void }

/**
 * WebSockets of the browser. No reason why one could not be opened is given, for the browser keeps it: the page came from
 * this server, so it is tried again.
 */
export function createOpenSocket(clock: Clock, awakenings: Awakenings): OpenSocket {
  return (url, subprotocol, handlers) => {
    const socket = new WebSocket(url, [subprotocol])
    socket.binaryType = 'arraybuffer'
    let isOver = false
    let waiting: { readonly below: number; readonly resolve: () => void }[] = []
    let cancelLook: (() => void) | undefined

    const isBelow = (mark: number) =>
      isOver || socket.readyState !== WebSocket.OPEN || socket.bufferedAmount <= mark
    const wake = () => {
      const woken = waiting.filter(({ below }) => isBelow(below))
      waiting = waiting.filter(({ below }) => !isBelow(below))
      for (const { resolve } of woken) resolve()
      if (waiting.length > 0) return
      cancelLook?.()
      cancelLook = undefined
    }
    const look = (delay: number) => {
      cancelLook = clock.after(delay, () => {
        wake()
        if (waiting.length > 0) look(Math.min(delay * 2, LAST_LOOK))
      })
    }

    function end(code: number): void {
      if (isOver) return
      isOver = true
      cancelOpening()
      stopListening()
      wake()
      handlers.closed(code)
    }

    // The closing handshake of a dead connection takes the browser a minute: nobody waits for it.
    const drop = () => {
      socket.close()
      end(GONE)
    }
    const cancelOpening = clock.after(OPENING, drop)
    const stopListening = awakenings.onAwakening(drop)

    socket.onopen = () => {
      if (isOver) return
      cancelOpening()
      handlers.opened()
    }
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (isOver) return
      // A timer of a hidden page runs once a second or less; what the relay says comes all the same.
      wake()
      if (typeof data === 'string') handlers.text(data)
      else handlers.binary(new Uint8Array(data))
    }
    socket.onclose = ({ code }) => end(code)

    return {
      send(data) {
        if (socket.readyState === WebSocket.OPEN) socket.send(data)
      },
      get buffered() {
        return isOver ? 0 : socket.bufferedAmount
      },
      drained: below =>
        isBelow(below)
          ? Promise.resolve()
          : new Promise(resolve => {
              waiting.push({ below, resolve })
              if (cancelLook === undefined) look(FIRST_LOOK)
            }),
      close: code => socket.close(code),
    }
  }
}
