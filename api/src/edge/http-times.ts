/** What an HTTP client may take, in milliseconds. */
export type HttpTimes = {
  /** To its first request's head, and to each further one's once that has begun. */
  readonly head: number
  /** To the end of a request; ours have no body. */
  readonly request: number
  /** Without a byte in either direction: then the connection is ended, an HTTP/2 session by GOAWAY first. */
  readonly idle: number
  /** From GOAWAY to the end of an HTTP/2 session whose streams stand still. */
  readonly farewell: number
  /** How often `head` and `request` are looked at. */
  readonly check: number
}

export const HTTP_TIMES: HttpTimes = {
  head: 10_000,
  request: 20_000,
  idle: 60_000,
  farewell: 3_000,
  check: 2_000,
}

/** The times of HTTP/1.1, as Node calls them. */
export const http1Options = ({ head, request, check }: HttpTimes) => ({
  headersTimeout: head,
  requestTimeout: request,
  connectionsCheckingInterval: check,
})
