import type { Broken, FrameSink } from '../../src/edge/frame-reader.ts'

/** What a frame reader told, and what came with it. */
export type Heard =
  | readonly ['text' | 'binary' | 'ping', string]
  | readonly ['pong']
  | readonly ['closed' | 'broken', number]

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

/** Remembers in its order whatever is heard. */
export class RecordingSink implements FrameSink {
  readonly heard: Heard[] = []
  /** Bytes for which a place was given at once. */
  largestPlace = 0

  place(length: number): Uint8Array | undefined {
    this.largestPlace = Math.max(this.largestPlace, length)
    return new Uint8Array(length)
  }

  binary(bytes: Uint8Array): void {
    this.heard.push(['binary', latin1(bytes)])
  }

  text(text: string): void {
    this.heard.push(['text', text])
  }

  ping(payload: Uint8Array): void {
    this.heard.push(['ping', latin1(payload)])
  }

  pong(): void {
    this.heard.push(['pong'])
  }

  closed(code: number): void {
    this.heard.push(['closed', code])
  }

  broken(code: Broken): void {
    this.heard.push(['broken', code])
  }
}
