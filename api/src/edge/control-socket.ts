import { once } from 'node:events'
import { chmod, rm } from 'node:fs/promises'
import { createConnection, createServer, type Socket } from 'node:net'
import { join } from 'node:path'

/**
 * How commands of this host reach the running server: a socket in its data directory, which only its own user may open.
 * A request is a line of JSON, and so is its answer; then the connection ends.
 */
export const controlSocketOf = (dataDirectory: string): string => join(dataDirectory, 'control.sock')

/** Bytes of a request: a command and two paths. */
const REQUEST_MAX = 16 * 1024
const ASKED_WITHIN = 5_000
const CONNECTIONS = 8

/** Takes the place of what a killed server left. Only who holds the data alone may call it. Rejects as `listen` does. */
export async function openControlSocket(
  path: string,
  answer: (request: unknown) => Promise<unknown>,
  onError: (error: unknown) => void,
): Promise<AsyncDisposable> {
  await rm(path, { force: true })
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, socket => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    socket.on('error', () => socket.destroy())
    take(socket, answer).catch(error => {
      onError(error)
      socket.destroy()
    })
  })
  server.maxConnections = CONNECTIONS
  const umask = process.umask(0o177)
  try {
    // Node binds a local socket in this call, before anything else can happen.
    server.listen(path)
  } finally {
    process.umask(umask)
  }
  await once(server, 'listening')
  await chmod(path, 0o600)
  return {
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}

async function take(socket: Socket, answer: (request: unknown) => Promise<unknown>): Promise<void> {
  socket.setTimeout(ASKED_WITHIN, () => socket.destroy())
  const line = await readLine(socket, REQUEST_MAX)
  if (line === undefined) return void socket.destroy()
  // It may take as long as it takes.
  socket.setTimeout(0)
  socket.end(`${JSON.stringify(await answer(parse(line)))}\n`)
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** The answer of the server that runs on this data; undefined where none runs. */
export async function askServer(path: string, request: object): Promise<unknown> {
  const socket = createConnection(path)
  try {
    await once(socket, 'connect')
    socket.write(`${JSON.stringify(request)}\n`)
    const line = await readLine(socket, Number.POSITIVE_INFINITY)
    return line === undefined ? undefined : parse(line)
  } catch (error) {
    if (NOBODY.has((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  } finally {
    socket.destroy()
  }
}

/** No server ever ran there, or it was killed, or ended meanwhile. */
const NOBODY = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'ECONNRESET', 'EPIPE'])

/** Undefined: the other end said none, or too much. */
async function readLine(socket: Socket, most: number): Promise<string | undefined> {
  let text = ''
  socket.setEncoding('utf8')
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += chunk
    const end = text.indexOf('\n')
    if (end >= 0) return text.slice(0, end)
    if (text.length > most) return undefined
  }
  return undefined
}
