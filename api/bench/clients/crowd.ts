import { createIds, type Seats, type Talk, type Voice } from './talk.ts'

/** A message that was said and that not all have heard. */
type Message = {
  readonly id: string
  readonly sender: number
  readonly said: number
  unheard: number
}

/** A place in the room's order, until everybody has passed it. */
type Slot = { readonly message: Message; bytes: Buffer | undefined }

/** A delivery that breaks the order, is missing, came twice or belongs to another room. */
class WrongDelivery extends Error {
  override readonly name = 'WrongDelivery'
}

/**
 * The members of one room, each of whom must hear every message once and in the same order: as a delivery, or of its own as
 * the acknowledgement. Whoever hears one first has it understood; for all others it has to be the same bytes, which is as
 * strict and costs one comparison.
 */
export class Crowd {
  readonly sockets: readonly Voice[]
  readonly #talk: Pick<Talk, 'frame'>
  readonly #understand: Seats['understand']
  readonly #nextId: () => string
  readonly #pending = new Map<string, Message>()
  readonly #slots = new Map<number, Slot>()
  /** How many messages each member has heard. */
  readonly #heard: number[]
  /** Called when everybody has heard a message, with the milliseconds that took. */
  onHeard: (sender: number, took: number) => void = () => {}
  /** Called for each delivery to somebody else, with the milliseconds since the message was due. */
  onDelivery: ((took: number) => void) | undefined
  onFailure: (error: Error) => void = () => {}

  constructor(talk: Pick<Talk, 'frame'>, { sockets, understand }: Seats, nextId: () => string = createIds()) {
    this.#talk = talk
    this.sockets = sockets
    this.#understand = understand
    this.#nextId = nextId
    this.#heard = sockets.map(() => 0)
    for (const [member, socket] of sockets.entries()) {
      socket.onText = payload => this.#guard(() => this.#hear(member, payload))
      socket.onEnd = error => this.onFailure(error)
    }
  }

  get idle(): boolean {
    return this.#pending.size === 0
  }

  /** `due`: when it should have been said, by `performance.now()`. */
  say(sender: number, due = performance.now()): void {
    const message = { id: this.#nextId(), sender, said: due, unheard: this.sockets.length }
    this.#pending.set(message.id, message)
    this.sockets[sender]?.send(this.#talk.frame(message.id))
  }

  #hear(member: number, payload: Buffer): void {
    const place = this.#heard[member] ?? 0
    let slot = this.#slots.get(place)
    if (slot?.bytes === undefined || !slot.bytes.equals(payload)) {
      const heard = this.#understand(payload)
      if (heard === undefined) return
      if (heard.place !== undefined && heard.place !== place) {
        throw new WrongDelivery(`member ${member} heard place ${heard.place} when ${place} was next`)
      }
      slot ??= this.#open(place, heard.id)
      if (slot.message.id !== heard.id) {
        throw new WrongDelivery(`member ${member} heard another message than others at place ${place}`)
      }
      if (member !== slot.message.sender) slot.bytes ??= payload
    }
    this.#heard[member] = place + 1
    this.#count(slot.message, member, place)
  }

  #open(place: number, id: string): Slot {
    const message = this.#pending.get(id)
    if (message === undefined)
      throw new WrongDelivery(`message ${id} was not said in this room, or came twice`)
    const slot = { message, bytes: undefined }
    this.#slots.set(place, slot)
    return slot
  }

  #count(message: Message, member: number, place: number): void {
    if (this.onDelivery !== undefined && member !== message.sender) {
      this.onDelivery(performance.now() - message.said)
    }
    if (--message.unheard > 0) return
    this.#pending.delete(message.id)
    this.#slots.delete(place)
    this.onHeard(message.sender, performance.now() - message.said)
  }

  #guard(step: () => void): void {
    try {
      step()
    } catch (error) {
      this.onFailure(error as Error)
    }
  }
}
