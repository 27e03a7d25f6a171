/** Lines that are pushed by one side and pulled by the other. */
export function createLineQueue(): {
  readonly lines: AsyncIterator<string, void>
  push(line: string): void
  end(): void
} {
  const waiting: string[] = []
  let isOver = false
  let wake = () => {}
  return {
    lines: {
      async next() {
        while (waiting.length === 0 && !isOver) {
          await new Promise<void>(resolve => {
            wake = resolve
          })
        }
        const value = waiting.shift()
        return value === undefined ? { done: true, value: undefined } : { done: false, value }
      },
    },
    push(line) {
      waiting.push(line)
      wake()
    },
    end() {
      isOver = true
      wake()
    },
  }
}
