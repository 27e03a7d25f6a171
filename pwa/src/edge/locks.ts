/**
 * Takes a Web Lock for as long as this page lives or until it is let go of; undefined while somebody else of this origin
 * holds it. The browser frees it when a tab is killed.
 */
export function lockWhole(name: string): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    const held = Promise.withResolvers<void>()
    navigator.locks
      .request(name, { ifAvailable: true }, async lock => {
        resolve(lock === null ? undefined : held.resolve)
        if (lock !== null) await held.promise
      })
      .catch(reject)
  })
}
