import type { Id, RoomStore } from '../room/ports.ts'
import { type IdMemory, type KnownId, MemoryRoom } from './memory/memory-room.ts'

/** Rooms without a disk: for tests, and the model that the durable store is compared with. */
export function createMemoryRoomStore(): RoomStore {
  const rooms = new Map<string, MemoryRoom>()
  const ids = new Map<string, KnownId>()
  let deployment: Id | undefined
  let setup: string | undefined
  let closed = false

  const idsOf = (room: string): IdMemory => ({
    get: id => ids.get(`${room} ${id}`),
    set: (id, known) => ids.set(`${room} ${id}`, known),
  })

  const forgetIds = (room: string, notBefore: number): void => {
    for (const [id, { at }] of ids) {
      if (!id.startsWith(`${room} `)) continue
      if (at >= notBefore) break
      ids.delete(id)
    }
  }

  const keepNewestIds = (room: string, count: number): void => {
    const ofRoom = [...ids.keys()].filter(id => id.startsWith(`${room} `))
    for (const id of ofRoom.slice(0, Math.max(0, ofRoom.length - count))) ids.delete(id)
  }

  const run = async <T>(work: () => T): Promise<T> => {
    if (closed) throw new Error('the store is closed')
    // Nothing that a caller holds is shared with the store, as nothing is with a database.
    return structuredClone(work())
  }

  const inRoom = <T>(name: string, work: (room: MemoryRoom) => T): Promise<T> =>
    run(() => {
      const room = rooms.get(name)
      if (!room) throw new Error(`room ${name} is not claimed`)
      return work(room)
    })

  return {
    deployment: fresh =>
      run(() => {
        deployment ??= fresh
        return deployment
      }),

    bindSetup: hash =>
      run(() => {
        setup ??= hash
        return setup === hash ? 'bound' : 'mismatch'
      }),

    readRoom: room => run(() => rooms.get(room)?.read()),

    claim: (room, claim, log) =>
      run(() => {
        if (rooms.has(room)) return false
        rooms.set(room, new MemoryRoom(claim, log, idsOf(room)))
        return true
      }),

    join: (name, member, limit, notBefore) => inRoom(name, room => room.join(member, limit, notBefore)),

    resume: (name, secretHash, at, notBefore, limit) =>
      inRoom(name, room => room.resume(secretHash, at, notBefore, limit)),

    appendHello: (name, hello) => inRoom(name, room => room.appendHello(hello)),

    append: (name, message) => inRoom(name, room => room.append('message', message)),

    deliver: (name, to, message, bounds) => inRoom(name, room => room.deliver(to, message, bounds)),

    setPresence: (name, member, presence, at) => inRoom(name, room => room.setPresence(member, presence, at)),

    leave: (name, bye) => inRoom(name, room => room.leave(bye)),

    expire: (name, before, at) => inRoom(name, room => room.expire(before, at)),

    page: (name, direction, seq, bytes) => inRoom(name, room => room.page(direction, seq, bytes)),

    mailboxPage: (name, member, after, bytes) => inRoom(name, room => room.mailboxPage(member, after, bytes)),

    hellos: (name, sessions, bytes) => inRoom(name, room => room.hellos(sessions, bytes)),

    confirm: (name, member, seq, mailbox) => inRoom(name, room => room.confirm(member, seq, mailbox)),

    stored: (name, known) => inRoom(name, room => room.stored(known)),

    prune: (name, retention, now, notBefore, count) =>
      inRoom(name, room => {
        room.prune(retention, now, notBefore)
        forgetIds(name, notBefore)
        keepNewestIds(name, count)
        return false
      }),

    rooms: () => run(() => [...rooms.keys()]),

    close: async () => {
      closed = true
    },
  }
}
