/** One end of a WebSocket, as far as what is sent and when it ends go: that of `ws`, and our own. */
export interface WebSocketEnd {
  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  readonly readyState: number
  readonly isPaused: boolean
  /** Reads nothing more until `resume`. */
  pause(): void
  resume(): void
  ping(): void
  /** Sends a close frame. If the client does not answer it in time, the connection ends without. */
  close(code: number, reason: string): void
}

export const READY = { open: 1, closing: 2, closed: 3 } as const
