import { ROOM_NAME } from '@chat-room/protocol'
import { type Context, Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { type ServedFile, serveFile } from './app-files.ts'
import { contentSecurityPolicy, PERMISSIONS_POLICY } from './app-policies.ts'

export type AppDependencies = {
  /** By the path they are asked for with, as the browser encodes it. */
  readonly files: ReadonlyMap<string, ServedFile>
  readonly hasRoom: (room: string) => boolean
  /** Whether this server answers to a `Host`. */
  readonly allowsHost: (host: string) => boolean
  /** Whether the rooms can be used now. */
  readonly isReady: () => boolean
  /** Tell browsers to insist on TLS: while the certificate is one that they trust from the start. */
  readonly insistOnTls: () => boolean
  readonly log: { error(context: object, message: string): void }
}

/** What the HTTP server tells of the request beside it. */
type App = Hono<{ Bindings: { readonly incoming?: { readonly httpVersionMajor: number } } }>

/** Pages, files and health; the rooms themselves are WebSockets, which never come here. */
export function createApp({ files, hasRoom, allowsHost, isReady, insistOnTls, log }: AppDependencies): App {
  const app: App = new Hono()

  app.onError((error, c) => {
    log.error({ err: error }, 'a request failed')
    return c.text('The server failed; it has been logged.\n', 500)
  })
  app.notFound(c => c.text('There is nothing here.\n', 404))

  app.use(async (c, next) => {
    await next()
    c.header('Content-Security-Policy', contentSecurityPolicy(c.req.path))
    c.header('Permissions-Policy', PERMISSIONS_POLICY)
    if (insistOnTls()) c.header('Strict-Transport-Security', 'max-age=31536000')
  })
  // Nobody frames us, no link tells where it was followed, and nothing of others shares this page's process.
  app.use(
    secureHeaders({
      xFrameOptions: 'DENY',
      crossOriginEmbedderPolicy: true,
      strictTransportSecurity: false,
    }),
  )
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
  app.get('/', c => servePage(c, files))
  app.get('/r/:room', c => {
    const room = c.req.param('room')
    return ROOM_NAME.test(room) && hasRoom(room) ? servePage(c, files) : c.notFound()
  })
  // What is shared to the app is its service worker's to take. Where that is gone, nothing of it is read here.
  app.post(SHARE_PATH, c => {
    const headers = c.env.incoming?.httpVersionMajor === 1 ? { Connection: 'close' } : {}
    return c.text(NOT_SHARED, 503, { ...FRESH, ...headers })
  })
  app.get('*', c => {
    const file = files.get(c.req.path)
    return file === undefined ? c.notFound() : serveFile(c, file)
  })
  return app
}

/** As the app's manifest names it. */
const SHARE_PATH = '/share'
const NOT_SHARED = 'This was not sent to anybody. Open the room once, then share it again.\n'

const FRESH = { 'Cache-Control': 'no-store' }

function servePage(c: Context, files: AppDependencies['files']): Response {
  const page = files.get('/index.html')
  return page === undefined ? c.text(NOT_BUILT, 503, FRESH) : serveFile(c, page)
}

const NOT_BUILT =
  'The room is open, but its page was not built: `npm run build` makes it, then start the server again.\n' +
  'By terminal: npm run chat -- https://host:port\n'
