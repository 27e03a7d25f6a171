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
  return c.body(body, 200, { ...headers, 'Content-Type': file.type })
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
