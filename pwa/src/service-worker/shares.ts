import { SHARED, type Shared } from '../edge/share-calls.ts'
import type { LeftLuggage } from './left-luggage.ts'

/** Bytes of all files together: any site may send a form here, and a film of some minutes is welcome. */
const MOST = 2 ** 30

/** Some apps put a link into the text, others beside it, and call the page by its title. */
const TEXTS = ['title', 'text', 'url']

/**
 * Keeps what another app shares for the page that is loaded for it, which fetches it at once: nothing of it touches the disk or
 * the network, since nobody has said yet that this device may keep anything.
 */
export async function receiveShare(request: Request, luggage: LeftLuggage): Promise<Response> {
  // Anybody may send a form here, of any kind: what is none is nothing.
  const form = await request.formData().catch(() => new FormData())
  const files = form
    .getAll('files')
    .filter(each => each instanceof File)
    .map(dated)
  const texts = TEXTS.map(name => form.get(name)).filter(each => typeof each === 'string' && each !== '')
  const text = [...new Set(texts)].join('\n')
  const isTooLarge = files.reduce((sum, { size }) => sum + size, 0) > MOST
  const shared: Shared = isTooLarge ? { text, files: [], isTooLarge } : { text, files }
  const id = crypto.randomUUID()
  luggage.leave(id, shared)
  return Response.redirect(`/?${SHARED}=${id}`, 303)
}

/** Chromium says of a file that came in a form that it was changed at whatever moment it is asked. */
const dated = (file: File): File =>
  new File([file], file.name, { type: file.type, lastModified: file.lastModified })
