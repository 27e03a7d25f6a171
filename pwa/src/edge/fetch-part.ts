/** Between two attempts, in milliseconds, unless the network comes back before. */
const PAUSE = 2_000

/**
 * A part of this page that its modules are made with. It waits for a network that went, for as long as it takes: a module
 * that once failed stays failed until the page is loaded again.
 */
export async function fetchPart(url: string): Promise<Response> {
  for (;;) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return response
    if (response !== undefined) throw new Error(`a part of this page: status ${response.status}`)
    await new Promise<void>(resolve => {
      addEventListener('online', () => resolve(), { once: true })
      setTimeout(resolve, PAUSE)
    })
  }
}
