import type { DeviceMemory } from '@chat-room/client'

/** What a terminal keeps opens by the room's password alone, and what was said there is in its scrollback. */
export const BY_PASSWORD_ALONE: Pick<DeviceMemory, 'deviceKey' | 'openHistory'> = {
  deviceKey: () => Promise.resolve(undefined),
  openHistory: () => Promise.reject(new Error('nothing of what was said is kept here')),
}
