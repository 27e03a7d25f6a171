import assert from 'node:assert/strict'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createDoor } from './websocket.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function upgradeRequest(url: string): IncomingMessage {
  const request = new IncomingMessage(new Socket())
  Object.assign(request, { method: 'GET', url })
  request.headers = {
    upgrade: 'websocket',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-version': '13',
  }
  return request
}

const door = createDoor({ maxPayload: 1_000, farewell: 100 })
const never = () => assert.fail('no handshake of these can succeed')

test('a target that ends a bare @hono/node-ws is no more than a handshake to it', () => {
  const gone = upgradeRequest('//')
  gone.socket.destroy()
  assert.doesNotThrow(() => door.enter(gone, gone.socket, Buffer.alloc(0), never))
})

test('a request whose handshake came to nothing is not kept', async () => {
  const request = new WeakRef(enterInVain())
  for (let turn = 0; turn < 20 && request.deref() !== undefined; turn++) {
    await nextTurn()
    collectGarbage()
  }
  assert.equal(request.deref(), undefined)

  function enterInVain() {
    const gone = upgradeRequest('/rooms/main/socket')
    gone.socket.destroy()
    door.enter(gone, gone.socket, Buffer.alloc(0), never)
    return gone
  }
})
