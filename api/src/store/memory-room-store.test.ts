import { registerRoomStoreTests } from '../../test/contracts/room-store.ts'
import { createMemoryRoomStore } from './memory-room-store.ts'

registerRoomStoreTests('memory', createMemoryRoomStore)
