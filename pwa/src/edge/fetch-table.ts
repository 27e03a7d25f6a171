/** Between two attempts, in milliseconds, unless the network comes back before. */
const PAUSE = 2_000

/**
 * A table that modules of this page are made with. It waits for a network that went, for as long as it takes: a module that
 * once failed stays failed until the page is loaded again.
 */
export async function fetchTable(url: string): Promise<Readonly<Record<string, string>>> {
  for (;;) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return (await response.json()) as Record<string, string>
    if (response !== undefined) throw new Error(`a table of this page: status ${response.status}`)
    await new Promise<void>(resolve => {
      addEventListener('online', () => resolve(), { once: true })
      setTimeout(resolve, PAUSE)
    })
  }
}
