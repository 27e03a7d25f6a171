import type { ClientPorts } from '@chat-room/client'

export const browserRandom: ClientPorts['random'] = length => crypto.getRandomValues(new Uint8Array(length))
