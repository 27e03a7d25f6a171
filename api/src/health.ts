import { request as askPlainly } from 'node:http'
import { request as askOverTls } from 'node:https'
import { connect, type Socket } from 'node:net'
import { connect as secure } from 'node:tls'
import { type Config, parseConfig } from './config.ts'

// A program of its own, for whoever keeps the room running: `health`, in the server's environment. It
// ends with 0 if the server answers on this machine, else with 1 and a line that says why.

/** Milliseconds. Whoever asks waits longer, and so reads the reason. */
const PATIENCE = 5_000

/** Everywhere is nowhere to connect to. */
const EVERYWHERE = new Set(['::', '0.0.0.0'])

function connectTo({ host, proxyProtocol }: Config, port: number): Socket {
  const socket = connect(port, EVERYWHERE.has(host) ? 'localhost' : host)
  // Section 2.1 of the PROXY protocol: one that speaks for itself.
  if (proxyProtocol === 'required') socket.write('PROXY UNKNOWN\r\n')
  return socket
}

/** Plain HTTP where there is any: it answers, too, while the certificate is still on its way. */
function ask(config: Config) {
  const options = { path: '/healthz', signal: AbortSignal.timeout(PATIENCE) }
  const plainPort = config.tls.mode === 'platform' ? config.port : config.httpPort
  if (plainPort !== undefined) {
    return askPlainly({ ...options, createConnection: () => connectTo(config, plainPort) })
  }
  // Whether the certificate is good for its names is for those to judge who come by them.
  const createConnection = () =>
    secure({ socket: connectTo(config, config.port), ALPNProtocols: ['http/1.1'], rejectUnauthorized: false })
  return askOverTls({ ...options, createConnection })
}

/** Undefined: it is well. */
async function complaint(): Promise<string | undefined> {
  const config = parseConfig(process.env, [])
  if (!config.ok) return config.error.map(({ message }) => message).join('; ')
  try {
    const { promise, resolve, reject } = Promise.withResolvers<{ statusCode?: number | undefined }>()
    ask(config.value).once('response', resolve).once('error', reject).end()
    const { statusCode } = await promise
    return statusCode === 200 ? undefined : `the server answers with ${statusCode}`
  } catch (error) {
    return `the server does not answer: ${(error as Error).message}`
  }
}

void complaint().then(found => {
  if (found !== undefined) process.stderr.write(`chat-room: ${found}\n`)
  process.exit(found === undefined ? 0 : 1)
})
