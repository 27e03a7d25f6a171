import { createOpaqueStretch } from '@chat-room/client/opaque-stretch'
import type { StretchAnswer, StretchCall } from './stretch-calls.ts'

declare const self: DedicatedWorkerGlobalScope

const stretch = createOpaqueStretch()

self.onmessage = async ({ data: call }: MessageEvent<StretchCall>) => {
  self.postMessage(await answer(call))
}

async function answer(call: StretchCall): Promise<StretchAnswer> {
  try {
    return { id: call.id, value: await carryOut(call) }
  } catch (error) {
    return { id: call.id, error: error instanceof Error ? error.message : String(error) }
  }
}

function carryOut(call: StretchCall): Promise<unknown> {
  switch (call.method) {
    case 'startRegistration':
      return stretch.startRegistration(...call.parameters)
    case 'finishRegistration':
      return stretch.finishRegistration(...call.parameters)
    case 'startLogin':
      return stretch.startLogin(...call.parameters)
    case 'finishLogin':
      return stretch.finishLogin(...call.parameters)
  }
}
