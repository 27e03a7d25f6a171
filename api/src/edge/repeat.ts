import { setTimeout as pause } from 'node:timers/promises'

/**
 * Does something again and again, never twice at once, without keeping the process alive.
 *
 * @param onError Hears of what the action throws; it is repeated all the same.
 * @returns Ends it, and resolves when what was begun is done.
 */
export function repeat(
  milliseconds: number,
  action: () => Promise<void>,
  onError: (error: unknown) => void,
): () => Promise<void> {
  const ended = new AbortController()
  const { signal } = ended
  const running = run()
  return async () => {
    ended.abort()
    await running
  }

  async function run(): Promise<void> {
    while (await pause(milliseconds, true, { signal, ref: false }).catch(() => false)) {
      await action().catch(onError)
    }
  }
}
