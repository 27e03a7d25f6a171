import { getRandomValues } from 'node:crypto'
import type { ClientPorts } from '@chat-room/client'

export const systemRandom: ClientPorts['random'] = length => getRandomValues(new Uint8Array(length))
