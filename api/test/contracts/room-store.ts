import { registerAdmissionTests } from './room-store-admission.ts'
import { registerLogTests } from './room-store-log.ts'
import { registerMailboxTests } from './room-store-mailbox.ts'
import { registerRetentionTests } from './room-store-retention.ts'
import { type OpenStore, suiteOf } from './room-store-suite.ts'

/** Every sentence of the port `RoomStore`, as tests that each implementation runs. */
export function registerRoomStoreTests(name: string, open: OpenStore): void {
  const suite = suiteOf(name, open)
  registerAdmissionTests(suite)
  registerLogTests(suite)
  registerMailboxTests(suite)
  registerRetentionTests(suite)
}
