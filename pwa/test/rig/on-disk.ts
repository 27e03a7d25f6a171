import type { Page } from 'playwright-core'

/** Whatever of a page may be found on the disk of its device, but the shell. */
export const onDisk = (page: Page) =>
  page.evaluate(async () => {
    const files: string[] = []
    const root = await navigator.storage.getDirectory()
    for await (const name of root.keys()) files.push(name)
    const databases = (await indexedDB.databases()).map(({ name }) => name)
    const foreign = (await caches.keys()).filter(name => !name.includes('precache'))
    return { files, databases, foreign, local: localStorage.length, session: sessionStorage.length }
  })

export const NOTHING = { files: [], databases: [], foreign: [], local: 0, session: 0 }

/** The files of the origin's own disk, with their folders. */
export const filesOf = (page: Page) =>
  page.evaluate(async () => {
    const found: string[] = []
    const root = await navigator.storage.getDirectory()
    for await (const [folder, handle] of root.entries()) {
      for await (const name of (handle as FileSystemDirectoryHandle).keys()) found.push(`${folder}/${name}`)
    }
    return found
  })

export const untilEmpty = (page: Page) =>
  page.waitForFunction(async () => {
    const root = await navigator.storage.getDirectory()
    for await (const handle of root.values()) {
      for await (const _file of (handle as FileSystemDirectoryHandle).keys()) return false
    }
    return true
  })

/** That there is a database says only that something is about to be kept in it: a page that ends before that keeps nothing. */
export const untilKept = (page: Page) =>
  page.waitForFunction(async () => {
    if ((await indexedDB.databases()).length === 0) return false
    const opening = indexedDB.open('chat-room')
    return await new Promise<boolean>(resolve => {
      opening.onsuccess = () => {
        const counting = opening.result.transaction('seats').objectStore('seats').count()
        counting.onsuccess = () => {
          opening.result.close()
          resolve(counting.result > 0)
        }
      }
    })
  })

/**
 * While Chromium deletes a database, its list may leave it out and have it again: opening one waits for its turn. What that
 * makes and takes back is on the list for a moment, too.
 */
export async function untilGone(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      new Promise<boolean>(resolve => {
        const opening = indexedDB.open('chat-room')
        opening.onupgradeneeded = () => opening.transaction?.abort()
        opening.onerror = () => resolve(true)
        opening.onsuccess = () => {
          opening.result.close()
          resolve(false)
        }
      }),
  )
  await page.waitForFunction(async () => (await indexedDB.databases()).length === 0)
}

/** How much is kept on the disk, by kind. */
export const rows = (page: Page) =>
  page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('chat-room')
      opening.onsuccess = () => resolve(opening.result)
      opening.onerror = () => reject(opening.error)
    })
    const count = (store: string) =>
      new Promise<number>(resolve => {
        const counting = database.transaction(store).objectStore(store).count()
        counting.onsuccess = () => resolve(counting.result)
      })
    const counts = {
      slots: await count('slots'),
      journals: await count('journals'),
      history: await count('history'),
      handles: await count('handles'),
    }
    database.close()
    return counts
  })

/**
 * Of what a member keeps, the outbox included, how many bytes there are: it is by far the largest slot. They are sealed, and
 * tell no more.
 */
export const stateBytes = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('chat-room')
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const reading = opening.result.transaction('slots').objectStore('slots').getAll()
          reading.onsuccess = () => {
            opening.result.close()
            resolve(Math.max(...reading.result.map(({ byteLength }: Uint8Array) => byteLength)))
          }
        }
      }),
  )

/** Until so many handles and copies of own files lie there. */
export async function untilCopied(page: Page, count: number): Promise<void> {
  while ((await rows(page)).handles !== count) {
    // Whatever the page writes next.
    await page.evaluate(() => new Promise(requestAnimationFrame))
  }
}
