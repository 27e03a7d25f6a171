import type { Readable } from 'node:stream'
import type { Clock } from '@chat-room/client'
import type { TerminalOutput } from './mutable-output.ts'

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

/** What the terminal client touches of its process. */
export type TerminalIo = {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: TerminalOutput
  readonly stderr: TerminalOutput
  readonly env: Readonly<Record<string, string | undefined>>
  /** Files are sent from here and kept here (M10, M14). */
  readonly cwd: string
  readonly clock: Clock
  /** Calls back on every such signal; the result ends that. */
  onSignal(signal: Signal, callback: () => void): () => void
}
