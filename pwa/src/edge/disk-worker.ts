import type { DiskAnswer, DiskCall } from './disk-calls.ts'

declare const self: DedicatedWorkerGlobalScope

/**
 * Files in the origin private file system, by handles that write at once and in place: only workers have those, and only they
 * leave behind what was written when the page is killed.
 */

const FLUSH_EVERY = 64 * 1024 * 1024

type OpenFile = { readonly handle: FileSystemSyncAccessHandle; unflushed: number }

const open = new Map<string, OpenFile>()

async function folderOf(place: string): Promise<readonly [FileSystemDirectoryHandle, string]> {
  const [folder = '', name = ''] = place.split('/')
  const root = await navigator.storage.getDirectory()
  return [await root.getDirectoryHandle(folder, { create: true }), name]
}

async function openFile(place: string, create: boolean): Promise<OpenFile> {
  const [folder, name] = await folderOf(place)
  const file = await folder.getFileHandle(name, { create })
  const handle = await file.createSyncAccessHandle()
  if (create) handle.truncate(0)
  return { handle, unflushed: 0 }
}

function opened(place: string): OpenFile {
  const file = open.get(place)
  if (file === undefined) throw new Error('this buffer was closed')
  return file
}

function write(file: OpenFile, offset: number, bytes: Uint8Array<ArrayBuffer>): void {
  let written = 0
  while (written < bytes.length) {
    written += file.handle.write(bytes.subarray(written), { at: offset + written })
  }
  file.unflushed += bytes.length
  // It came alone in its memory, which nobody needs any more: a collector would wait for many of them.
  bytes.buffer.transfer(0)
  if (file.unflushed < FLUSH_EVERY) return
  file.handle.flush()
  file.unflushed = 0
}

function read({ handle }: OpenFile, offset: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  return bytes.subarray(0, handle.read(bytes, { at: offset }))
}

function close(place: string): void {
  const file = open.get(place)
  if (file === undefined) return
  open.delete(place)
  file.handle.flush()
  file.handle.close()
}

async function remove(place: string): Promise<void> {
  close(place)
  const [folder, name] = await folderOf(place)
  await folder.removeEntry(name).catch((error: DOMException) => {
    if (error.name !== 'NotFoundError') throw error
  })
}

async function move(place: string, to: string): Promise<void> {
  const [folder, name] = await folderOf(place)
  const [target, finalName] = await folderOf(to)
  const file = (await folder.getFileHandle(name)) as FileSystemFileHandle & {
    move(parent: FileSystemDirectoryHandle, name: string): Promise<void>
  }
  await file.move(target, finalName)
}

const PROBE = `passing/${crypto.randomUUID()}`

async function carryOut(call: DiskCall): Promise<unknown> {
  switch (call.do) {
    case 'probe': {
      // Some engines have the functions and cannot: only doing it tells.
      const { handle } = await openFile(PROBE, true)
      handle.close()
      return await remove(PROBE)
    }
    case 'create':
    case 'reopen':
      open.set(call.place, await openFile(call.place, call.do === 'create'))
      return undefined
    case 'write':
      return write(opened(call.place), call.offset, call.bytes)
    case 'read':
      return read(opened(call.place), call.offset, call.length)
    case 'finish':
      opened(call.place)
      close(call.place)
      if (call.to !== call.place) await move(call.place, call.to)
      return
    case 'close':
      return close(call.place)
    case 'remove':
      return await remove(call.place)
  }
}

self.onmessage = async ({ data: call }: MessageEvent<DiskCall>) => {
  let answer: DiskAnswer
  try {
    answer = { id: call.id, value: await carryOut(call) }
  } catch (error) {
    answer = {
      id: call.id,
      error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    }
  }
  self.postMessage(answer)
}
