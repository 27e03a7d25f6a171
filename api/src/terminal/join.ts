import { resolve } from 'node:path'
import { createRoomClient, type DeviceMemory } from '@chat-room/client'
import { createDeviceMemory } from './device-memory.ts'
import type { Face } from './face.ts'
import { createFiles } from './files.ts'
import { createForgetfulMemory } from './forgetful-memory.ts'
import type { TerminalIo } from './io.ts'
import type { JoinOptions } from './join-options.ts'
import { createLineFace } from './line-face.ts'
import { systemRandom } from './random.ts'
import { runClient } from './run-client.ts'
import { createScreenFace } from './screen-face.ts'
import { createOpenSocket } from './socket.ts'
import { stateDirectory } from './state-directory.ts'
import { createWorkerStretch } from './stretch.ts'
import { trustedAuthorities } from './trust.ts'

export type Surroundings = {
  /** Where the project's own local authority is, if this machine has one. */
  readonly localAuthority: string
}

/**
 * The terminal client, from its start to its exit status: 0 after `:Exit` or the end of its input, 1 on failure, 2 if
 * what was asked for cannot be done as it was asked.
 */
export async function runTerminal(
  options: JoinOptions,
  io: TerminalIo,
  { localAuthority }: Surroundings,
): Promise<number> {
  const { stdin, stdout, stderr, cwd, clock } = io
  const asked = options.authorities === undefined ? undefined : resolve(cwd, options.authorities)
  const trust = trustedAuthorities(localAuthority, asked)
  if (!trust.ok) {
    stderr.write(`chat-room: ${trust.error}\n`)
    return 2
  }
  const memory = options.keepsState ? await openMemory(stateDirectory(io.env), io) : createForgetfulMemory()
  if (memory === undefined) return 1

  const stretch = createWorkerStretch()
  const files = createFiles(cwd, { remembers: options.keepsState })
  const client = createRoomClient(
    { url: options.url, room: options.room, accept: options.accept, forgets: options.forgets },
    { openSocket: createOpenSocket(trust.value, clock), clock, random: systemRandom, stretch, memory, files },
  )
  let face: Face
  if (stdin.isTTY === true) {
    const terminal = stdout.isTTY === true && !options.json ? stdout : stderr
    face = createScreenFace(client, io, { json: options.json, terminal, interrupt: () => run.interrupt() })
  } else {
    face = createLineFace(client, io, { json: options.json })
  }
  const run = runClient(client, face)
  const stopListening = [
    io.onSignal('SIGINT', run.interrupt),
    io.onSignal('SIGTERM', run.terminate),
    io.onSignal('SIGHUP', run.terminate),
  ]
  // Nobody reads any more (a closed pipe, a terminal that is gone).
  const unread = () => run.terminate()
  stdout.on('error', unread)
  try {
    return await run.finished
  } finally {
    stdout.off('error', unread)
    for (const stop of stopListening) stop()
    face.close()
    await files.close()
  }
}

async function openMemory(directory: string, { stderr }: TerminalIo): Promise<DeviceMemory | undefined> {
  try {
    return await createDeviceMemory(directory)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    stderr.write(`chat-room: nothing can be kept in ${directory} (${why}); --no-state keeps nothing\n`)
    return undefined
  }
}
