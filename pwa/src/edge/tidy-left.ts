/** What pages before this one left on the disk, as `tidyDisk`. Nothing is loaded where nothing lies, and looking makes nothing. */
export async function tidyLeft(): Promise<void> {
  const root = await navigator.storage.getDirectory()
  const { done } = await root.keys().next()
  if (done) return
  const { tidyDisk } = await import('./files-on-disk.ts')
  await tidyDisk(Date.now())
}
