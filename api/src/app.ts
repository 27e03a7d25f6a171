import { ROOM_NAME } from '@chat-room/protocol'
import { type Context, Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'

type StaticFile = {
  readonly body: Uint8Array<ArrayBuffer>
  readonly type: string
  /** Quoted, as the `ETag` header has it. */
  readonly etag: string
}

export type AppDependencies = {
  /** By the path they are asked for with, as the browser encodes it. */
  readonly files: ReadonlyMap<string, StaticFile>
  readonly hasRoom: (room: string) => boolean
  /** Whether this server answers to a `Host`. */
  readonly allowsHost: (host: string) => boolean
  /** Whether the rooms can be used now. */
  readonly isReady: () => boolean
  /** Tell browsers to insist on TLS: for a public name, never for `localhost`, which other servers share. */
  readonly insistOnTls: boolean
  readonly log: { error(context: object, message: string): void }
}

/** What the HTTP server tells of the request beside it. */
type App = Hono<{ Bindings: { readonly incoming?: { readonly httpVersionMajor: number } } }>

const PAGE = '/index.html'

/** Pages, files and health; the rooms themselves are WebSockets, which never come here. */
export function createApp({ files, hasRoom, allowsHost, isReady, insistOnTls, log }: AppDependencies): App {
  const app: App = new Hono()

  app.onError((error, c) => {
    log.error({ err: error }, 'a request failed')
    return c.text('The server failed; it has been logged.\n', 500)
  })
  app.notFound(c => c.text('There is nothing here.\n', 404))

  app.use(securityHeaders(insistOnTls))
  // Before the check of the host: who checks health knows an address, not our names.
  app.get('/healthz', c => c.text('alive\n', 200, FRESH))
  app.get('/readyz', c => (isReady() ? c.text('ready\n', 200, FRESH) : c.text('not ready\n', 503, FRESH)))

  app.use(async (c, next) => {
    // The same for HTTP/1.1 and HTTP/2, which has no `Host`.
    if (allowsHost(new URL(c.req.url).host)) return next()
    return c.text('This server does not answer to that host name.\n', 421)
  })

  app.get('/rooms/:room/:door{socket|segments}', c => {
    // RFC 9110 section 15.5.22 wants the header, RFC 9113 section 8.2.2 forbids it: Node throws for it in HTTP/2.
    const headers = c.env.incoming?.httpVersionMajor === 1 ? { Upgrade: 'websocket' } : {}
    return c.text('A WebSocket is here.\n', 426, headers)
  })
  app.get('/', c => serve(c, files.get(PAGE)))
  app.get('/r/:room', c => {
    const room = c.req.param('room')
    return ROOM_NAME.test(room) && hasRoom(room) ? serve(c, files.get(PAGE)) : c.notFound()
  })
  app.get('*', c => serve(c, files.get(c.req.path)))
  return app
}

const FRESH = { 'Cache-Control': 'no-store' }

function serve(c: Context, file: StaticFile | undefined): Response | Promise<Response> {
  if (file === undefined) return c.notFound()
  const headers = { ETag: file.etag, 'Cache-Control': 'no-cache' }
  if (c.req.header('if-none-match') === file.etag) return c.body(null, 304, headers)
  return c.body(file.body, 200, { ...headers, 'Content-Type': file.type })
}

/** Everything comes from here, nothing is inline, nobody frames us, and no link tells where it was followed. */
function securityHeaders(insistOnTls: boolean) {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      connectSrc: ["'self'"],
      manifestSrc: ["'self'"],
      workerSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: 'DENY',
    strictTransportSecurity: insistOnTls ? 'max-age=31536000' : false,
  })
}
