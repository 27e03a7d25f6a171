import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import type { AppDependencies } from './app.ts'

/** Where the page lies once it is built: from here, and from the bundle, which lies beside these sources. */
export const PAGES = fileURLToPath(new URL('../../pwa/dist', import.meta.url))

export type Pages = {
  readonly onRequest: RequestListener
  /** Ahead of the first request. Never rejects. */
  load(): Promise<void>
}

type Log = AppDependencies['log'] & { warn(context: object, message: string): void }

/**
 * What answers requests, and the files it answers with. No socket needs any of it: it is loaded after the start, and at the latest
 * by who asks first.
 */
export function createPages(
  app: Omit<AppDependencies, 'files' | 'log'> & { readonly log: Log },
  onError: (error: unknown) => void,
): Pages {
  let listener: Promise<RequestListener> | undefined

  async function open(): Promise<RequestListener> {
    const [{ createApp }, { getRequestListener }, { loadStaticFiles }] = await Promise.all([
      import('./app.ts'),
      import('@hono/node-server'),
      import('./edge/static-files.ts'),
    ])
    const files = await loadStaticFiles(PAGES)
    if (files.size === 0) app.log.warn({ directory: PAGES }, 'the page was not built')
    return getRequestListener(createApp({ ...app, files }).fetch, { overrideGlobalObjects: false })
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    listener ??= open()
    await (await listener)(request, response)
  }

  return {
    onRequest(request, response) {
      answer(request, response).catch(error => {
        onError(error)
        response.destroy()
      })
    },
    async load() {
      listener ??= open()
      await listener.then(() => undefined, onError)
    },
  }
}
