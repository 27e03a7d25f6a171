type Counted = { readonly bytesTaken: number }

/** Bytes of segments, of all the sockets there were. */
export class SegmentTraffic {
  /** From senders. */
  received = 0
  #sentBefore = 0
  readonly #open = new Set<Counted>()

  opened(peer: Counted): void {
    this.#open.add(peer)
  }

  closed(peer: Counted): void {
    if (this.#open.delete(peer)) this.#sentBefore += peer.bytesTaken
  }

  /** To receivers, as far as their networks have taken them. */
  get sent(): number {
    let sent = this.#sentBefore
    for (const { bytesTaken } of this.#open) sent += bytesTaken
    return sent
  }
}
