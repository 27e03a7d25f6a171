import type { MessagePort } from 'node:worker_threads'
import type { Stretch } from '@chat-room/client'

export type Method = Exclude<keyof Stretch, 'creationProfile'>

export type StretchCall = {
  [Name in Method]: {
    readonly id: number
    readonly method: Name
    readonly parameters: Parameters<Stretch[Name]>
  }
}[Method]

export type StretchAnswer =
  | { readonly id: number; readonly value: unknown }
  /** A bug on the other side; expected failures are values. */
  | { readonly id: number; readonly error: unknown }

/** The worker's side: carries out each call and posts what came of it. */
export function answerCalls(port: MessagePort, stretch: Stretch): void {
  port.on('message', async (call: StretchCall) => {
    let answer: StretchAnswer
    try {
      answer = { id: call.id, value: await carryOut(stretch, call) }
    } catch (error) {
      answer = { id: call.id, error }
    }
    port.postMessage(answer)
  })
}

function carryOut(stretch: Stretch, call: StretchCall): Promise<unknown> {
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
