export type { Bytes } from './bytes.ts'
export type {
  ClientOptions,
  ClientState,
  HistoryPage,
  PersonView,
  RoomClient,
  Target,
} from './client.ts'
export { openState, sealState } from './crypto/local-state.ts'
export { PROFILES, type Stretch } from './crypto/stretch.ts'
export type { ClientEvent, HistoryEntry, KeptEvent, TransferView, WaitsFor } from './events.ts'
export { freeMemory } from './free-memory.ts'
export type * from './ports.ts'
export { createRoomClient } from './room-client.ts'
