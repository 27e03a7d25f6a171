import { AcmeFailure } from './failure.ts'

/** One answer of the authority, read whole. */
export type Exchanged = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** More than any chain of certificates takes. */
const BODY_BYTES = 128 * 1024
const PATIENCE = 30_000

/**
 * One request over https, bounded in time and size, without following redirects.
 *
 * @throws AcmeFailure
 */
export async function exchange(
  url: string,
  { signal, ...init }: RequestInit & { signal: AbortSignal },
): Promise<Exchanged> {
  if (URL.parse(url)?.protocol !== 'https:') {
    throw new AcmeFailure(
      'malformed',
      `the certificate authority gave an address that is not https: ${show(url)}`,
    )
  }
  try {
    const response = await fetch(url, {
      ...init,
      // Section 6.1 demands a User-Agent.
      headers: { ...init.headers, 'User-Agent': 'chat-room', 'Accept-Language': 'en' },
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
    })
    return { status: response.status, headers: response.headers, text: await readBounded(response) }
  } catch (cause) {
    if (cause instanceof AcmeFailure || signal.aborted) throw cause
    throw new AcmeFailure('unreachable', `${new URL(url).host} cannot be reached: ${why(cause)}`, { cause })
  }
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > BODY_BYTES) {
      throw new AcmeFailure(
        'malformed',
        `the certificate authority answered with more than ${BODY_BYTES} bytes`,
      )
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** `fetch` says only that it failed; why is in its cause. */
function why(error: unknown): string {
  const { cause = error } = error as Error
  const { code, message } = cause as NodeJS.ErrnoException
  return code ?? message
}

/** One bounded line, whatever was sent; nothing in it moves a terminal's cursor or turns what is read. */
export const show = (text: string): string =>
  JSON.stringify(text.slice(0, 300).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' '))
