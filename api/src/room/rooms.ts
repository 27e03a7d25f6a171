import { MAIN_ROOM } from '@chat-room/protocol'
import type { RoomDeps } from './context.ts'
import { Room } from './room.ts'

/** How many there are, and of whom in them. */
export type Census = {
  readonly rooms: number
  readonly here: number
  readonly away: number
  /** Connected, but not joined. */
  readonly entering: number
}

/** The rooms of this server. Each is loaded when somebody comes and forgotten when it has nobody left to remember. */
export class Rooms {
  readonly #deps: RoomDeps
  readonly #many: boolean
  readonly #rooms = new Map<string, Room>()

  constructor(deps: RoomDeps, many: boolean) {
    this.#deps = deps
    this.#many = many
  }

  /** The room of this name, or undefined where there is only the main one. */
  open(name: string, now: number): Room | undefined {
    if (!this.#many && name !== MAIN_ROOM) return undefined
    let room = this.#rooms.get(name)
    if (room === undefined) {
      room = new Room(name, this.#deps, now)
      this.#rooms.set(name, room)
    }
    return room
  }

  /** Rooms with members from before this process: their grace times run and their logs age, though nobody comes. */
  async loadAll(now: number): Promise<void> {
    for (const name of await this.#deps.store.rooms()) this.open(name, now)
  }

  async tick(now: number): Promise<void> {
    for (const [name, room] of this.#rooms) {
      await room.tick(now).catch(this.#deps.onError)
      if (room.disposable) this.#rooms.delete(name)
    }
  }

  census(): Census {
    let [here, away, entering] = [0, 0, 0]
    for (const room of this.#rooms.values()) {
      here += room.membersHere
      away += room.membersAway
      entering += room.entering
    }
    return { rooms: this.#rooms.size, here, away, entering }
  }

  close(): void {
    for (const room of this.#rooms.values()) room.close()
  }
}
