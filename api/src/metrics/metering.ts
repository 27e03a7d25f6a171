import { LatencyHistogram } from '../edge/metrics/latency-histogram.ts'
import type { AttemptGate, PasswordServer, RoomStore, Stored } from '../room/ports.ts'

/**
 * Counts what passes the room's ports, as plain numbers that are read when somebody asks for them. It is put around the
 * ports only where metrics are wanted; the room knows nothing of it. Nothing here tells rooms, members or addresses apart.
 */
export class Metering {
  readonly messages = { group: 0, direct: 0 }
  readonly logins = { started: 0, 'slowed-down': 0, 'wrong-password': 0, admitted: 0 }
  readonly creations = { started: 0, 'slowed-down': 0 }
  readonly fanOut = new LatencyHistogram()
  /** When the messages arrived whose frames are written at the end of this turn. */
  #leaving: number[] = []

  store(store: RoomStore): RoomStore {
    return {
      ...store,
      append: (room, message) => this.#measured('group', store.append(room, message)),
      deliver: (room, to, message, bounds) =>
        this.#measured('direct', store.deliver(room, to, message, bounds)),
    }
  }

  gate(gate: AttemptGate): AttemptGate {
    return {
      login: async (address, room) => {
        const answer = await gate.login(address, room)
        this.logins[answer.allowed ? 'started' : 'slowed-down']++
        return answer
      },
      succeeded: (address, room) => {
        this.logins.admitted++
        return gate.succeeded(address, room)
      },
      creation: async (address, room) => {
        const answer = await gate.creation(address, room)
        this.creations[answer.allowed ? 'started' : 'slowed-down']++
        return answer
      },
    }
  }

  password(server: PasswordServer): PasswordServer {
    return {
      ...server,
      finishLogin: (state, finish, identifiers) => {
        const proves = server.finishLogin(state, finish, identifiers)
        if (!proves) this.logins['wrong-password']++
        return proves
      },
    }
  }

  /** The room's own promise is handed on: its messages do not wait for ours. */
  #measured<T extends Stored | string>(kind: 'group' | 'direct', stored: Promise<T>): Promise<T> {
    const arrived = performance.now()
    // After the room, which waits for it as soon as it has it: what it sends to members is queued by then.
    queueMicrotask(() => void stored.then(result => this.#stored(kind, result, arrived), ignore))
    return stored
  }

  #stored(kind: 'group' | 'direct', result: Stored | string, arrived: number): void {
    if (typeof result === 'string' || !result.fresh) return
    this.messages[kind]++
    // Behind the edge's own, which writes what was queued in this turn.
    if (this.#leaving.length === 0) setImmediate(() => this.#left())
    this.#leaving.push(arrived)
  }

  #left(): void {
    const now = performance.now()
    for (const arrived of this.#leaving) this.fanOut.observe((now - arrived) / 1_000)
    this.#leaving = []
  }
}

function ignore() {}
