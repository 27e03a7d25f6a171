import type { Identity } from '../../client/src/crypto/identity.ts'
import { MemoryDevice } from '../support/memory-device.ts'
import { MemoryDisk } from './memory-disk.ts'

/** What outlives a process: a member's keys, its files, its notes. */
export class Device {
  readonly identity: Identity
  readonly disk: MemoryDisk
  readonly memory: MemoryDevice
  /** What was saved last, as text. */
  saved: string | undefined

  constructor(identity: Identity, before: Device | undefined) {
    this.identity = identity
    this.disk = before?.disk ?? new MemoryDisk()
    this.memory = before?.memory ?? new MemoryDevice()
    this.saved = before?.saved
  }
}
