import type { Context } from 'hono'

type Variant = { readonly body: Uint8Array<ArrayBuffer>; readonly etag: string }

export type ServedFile = {
  readonly type: string
  readonly identity: Variant
  readonly br?: Variant
  readonly gzip?: Variant
}

/** Names in here tell their content: another content has another name. */
const IMMUTABLE = '/assets/'
const A_YEAR = 31_536_000

/** A file in the smallest form that the browser takes, or the word that it has it already. */
export function serveFile(c: Context, file: ServedFile): Response {
  const encoding = (['br', 'gzip'] as const).find(each => file[each] !== undefined && accepts(c, each))
  const { body, etag } = (encoding && file[encoding]) ?? file.identity
  const headers: Record<string, string> = {
    ETag: etag,
    'Cache-Control': c.req.path.startsWith(IMMUTABLE) ? `public, max-age=${A_YEAR}, immutable` : 'no-cache',
  }
  if (file.br !== undefined || file.gzip !== undefined) headers['Vary'] = 'Accept-Encoding'
  if (hasIt(c.req.header('if-none-match'), etag)) return c.body(null, 304, headers)
  if (encoding !== undefined) headers['Content-Encoding'] = encoding
  headers['Content-Length'] = String(body.length)
  return c.body(inPieces(body), 200, { ...headers, 'Content-Type': file.type })
}

/** Of a file, what is on its way to one client. */
const PIECE = 64 * 1024

/**
 * A `Response` copies the bytes that it is made of, and keeps them until its client has taken them, if ever. Of a stream it
 * asks for the next piece when the one before is on its way; and these are parts of the file itself.
 */
function inPieces(body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> {
  if (body.length <= PIECE) return body
  let at = 0
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        controller.enqueue(body.subarray(at, at + PIECE))
        at += PIECE
        if (at >= body.length) controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}

/** RFC 9110 section 12.5.3; `*` and weights other than zero change nothing for who has named what it takes. */
function accepts(c: Context, encoding: string): boolean {
  return (c.req.header('accept-encoding') ?? '').split(',').some(each => {
    const [name = '', ...parameters] = each.split(';').map(part => part.trim().toLowerCase())
    return name === encoding && !parameters.some(parameter => /^q=0(?:\.0{0,3})?$/.test(parameter))
  })
}

/** RFC 9110 section 13.1.2: compared weakly, since a proxy may have made the tag weak. */
function hasIt(header: string | undefined, etag: string): boolean {
  return (header ?? '').split(',').some(each => each.trim().replace(/^W\//, '') === etag)
}
