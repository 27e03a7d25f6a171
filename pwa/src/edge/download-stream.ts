import { type SaveTarget, warnOfLeaving } from './save-target.ts'
import {
  type KeepAwake,
  STREAM_PATH,
  type StreamAsks,
  type StreamOffer,
  type StreamPiece,
} from './stream-messages.ts'

/** A worker that hears nothing for 30 s is ended by some browsers, with its streams, which then look finished. */
const KEEP_AWAKE = 5_000
/** Where downloads from a service worker are out of order, none begins. */
const STARTING = 10_000

/** A download of the browser that this page writes. Undefined: this browser does not do it. */
export async function openDownload(name: string, size: number): Promise<SaveTarget | undefined> {
  const worker = navigator.serviceWorker?.controller
  if (!worker) return undefined
  const { port1: port, port2 } = new MessageChannel()
  const id = crypto.randomUUID()
  const started = Promise.withResolvers<boolean>()
  const frame = document.createElement('iframe')
  let isOver = false
  let pulls = 0
  let waiting: PromiseWithResolvers<void> | undefined

  const hear = ({ data: asks }: MessageEvent<StreamAsks>) => {
    switch (asks) {
      case 'ready':
        // A frame is the one way that begins a download from a service worker in every engine.
        frame.hidden = true
        frame.src = STREAM_PATH + id
        return document.body.append(frame)
      case 'started':
        return started.resolve(true)
      case 'pull':
        pulls += 1
        return waiting?.resolve()
      case 'cancelled':
      case 'lost':
        return close()
    }
  }
  const keepingAwake = setInterval(() => {
    const { port1: answer, port2: answering } = new MessageChannel()
    answer.onmessage = hear
    worker.postMessage({ type: 'keep-awake', id } satisfies KeepAwake, [answering])
  }, KEEP_AWAKE)
  const endWarning = warnOfLeaving()
  const close = () => {
    isOver = true
    waiting?.reject(new Error(STOPPED))
    clearInterval(keepingAwake)
    removeEventListener('pagehide', abort)
    endWarning()
    frame.remove()
  }
  const send = (piece: StreamPiece) => port.postMessage(piece)
  const abort = async () => {
    if (isOver) return
    send('abort')
    close()
  }

  port.onmessage = hear
  worker.postMessage({ type: 'stream', id, name, size } satisfies StreamOffer, [port2])
  addEventListener('pagehide', abort)
  const late = setTimeout(() => started.resolve(false), STARTING)
  const isStarted = await started.promise
  clearTimeout(late)
  if (!isStarted) {
    close()
    return undefined
  }

  const pulled = async () => {
    if (isOver) throw new Error(STOPPED)
    if (pulls === 0) {
      waiting = Promise.withResolvers()
      await waiting.promise
      waiting = undefined
    }
    pulls -= 1
  }
  return {
    async write(bytes) {
      await pulled()
      send({ bytes })
    },
    async end() {
      if (isOver) throw new Error(STOPPED)
      send('end')
      close()
    },
    abort,
  }
}

const STOPPED = 'the download was stopped in the browser'
