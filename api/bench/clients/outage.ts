import type { ClientPorts, Socket } from '@chat-room/client'

type OpenSocket = ClientPorts['openSocket']

/** A network that can be taken away and given back; while it is away, a connection waits to be made. */
export class Outage {
  #isOut = false
  #broken: (() => void)[] = []
  #waiting: (() => void)[] = []

  readonly through =
    (open: OpenSocket): OpenSocket =>
    (url, subprotocol, handlers) => {
      let socket: Socket | undefined
      let isBroken = false
      const connect = () => {
        socket = open(url, subprotocol, {
          opened: () => isBroken || handlers.opened(),
          text: text => isBroken || handlers.text(text),
          binary: bytes => isBroken || handlers.binary(bytes),
          closed: (code, problem) => isBroken || handlers.closed(code, problem),
        })
        this.#broken.push(() => {
          isBroken = true
          socket?.close()
          handlers.closed(1006)
        })
      }
      if (this.#isOut) this.#waiting.push(connect)
      else setImmediate(connect)
      return {
        send: data => socket?.send(data),
        get buffered() {
          return socket?.buffered ?? 0
        },
        drained: below => socket?.drained(below) ?? Promise.resolve(),
        close: code => socket?.close(code),
      }
    }

  begin(): void {
    this.#isOut = true
    for (const broken of this.#broken.splice(0)) broken()
  }

  end(): void {
    this.#isOut = false
    for (const connect of this.#waiting.splice(0)) connect()
  }
}
