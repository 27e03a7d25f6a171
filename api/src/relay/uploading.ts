import {
  decodeSegmentFrame,
  type FrameProblem,
  LIMITS,
  type SegmentClientMessageOf,
} from '@chat-room/protocol'
import type { CachedFrame, FrameCache } from './frame-cache.ts'
import { tellWhoIsPaced } from './pacing.ts'
import type { HashSecret } from './ports.ts'
import { runsOf } from './runs.ts'
import { isHere } from './serving.ts'
import { fits, provider, rememberLate, type Session, type Transfer, unitsOf } from './transfer.ts'
import type { Transfers } from './transfers.ts'
import { planWants } from './wants.ts'

/** Why a binary frame breaks the protocol. */
export type FrameViolation = FrameProblem | 'not-yours' | 'out-of-range' | 'wrong-length' | 'unwanted'

/** Bytes on their way to the disk, of all senders, above which nothing more is read from them. */
const WRITE_BUDGET = 16 * 1024 * 1024

type Deps = {
  readonly transfers: Transfers
  readonly cache: FrameCache
  readonly hash: HashSecret
  readonly now: () => number
  readonly serve: (session: Session) => void
  readonly onError: (error: unknown) => void
}

/** The senders' side: announcing, wanting from them, and storing what they send. */
export class Uploading {
  readonly #deps: Deps
  /** Bytes on their way to the disk. */
  #writing = 0
  /** Whose sockets are not read until the disk has caught up. */
  readonly #paused = new Set<Session>()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  provide(session: Session, message: SegmentClientMessageOf<'provide'>): void {
    const transfer = this.#announced(session, message)
    if (typeof transfer === 'string') {
      session.peer.send({ type: 'refused', what: 'provide', code: transfer, transfer: message.transfer })
      return
    }
    const { upload, stored } = transfer
    sendHeld(session, transfer)
    if (!session.provides.has(transfer)) tellOutcomes(session, transfer)
    if (upload.state === 'settled') {
      const reason = stored.outcomes.get(transfer.facts.to) ?? 'received'
      session.peer.send({ type: 'ended', transfer: message.transfer, reason })
      return
    }
    session.provides.add(transfer)
    if (upload.state === 'waiting') transfer.upload = uploadingFrom(session)
    else if (upload.state === 'complete') transfer.upload = { state: 'complete', provider: session }
    for (const run of transfer.openRuns) run.told = false
    this.want(transfer)
  }

  #announced(session: Session, message: SegmentClientMessageOf<'provide'>) {
    const { transfers, hash, now } = this.#deps
    const { transfer: id, to, size, segmentSize, secret } = message
    const { room, member: sender, address } = session
    const secretHash = hash(secret)
    const known = transfers.get(id)
    if (!known) {
      const facts = { transfer: id, room, sender, to, size, segmentSize, secretHash, created: now() }
      return isAddressable(facts) ? transfers.open(facts, address, now()) : 'too-large'
    }
    const { facts } = known
    if (facts.secretHash !== secretHash) return 'wrong-upload-secret'
    const same =
      facts.room === room &&
      facts.sender === sender &&
      facts.to === to &&
      facts.size === size &&
      facts.segmentSize === segmentSize
    if (!same) return 'transfer-mismatch'
    if (known.upload.state !== 'settled') transfers.recharge(known, address)
    return known
  }

  /** Wants from the sender what there is credit for. */
  want(transfer: Transfer): void {
    const { upload, facts } = transfer
    if (upload.state !== 'uploading') return
    const now = this.#deps.now()
    this.#deps.transfers.grow(transfer, upload.provider.address, now)
    const want = planWants(transfer, upload.wanted, now)
    for (const index of want) upload.wanted.add(index)
    for (const [first, count] of runsOf(want))
      upload.provider.peer.send({ type: 'want', transfer: facts.transfer, first, count })
    tellWhoIsPaced(transfer, now)
  }

  frame(session: Session, bytes: Uint8Array): FrameViolation | undefined {
    const decoded = decodeSegmentFrame(bytes)
    if (!decoded.ok) return decoded.error
    const { index, ciphertext } = decoded.value
    const { buffer, byteOffset, length } = decoded.value.transfer
    const id = Buffer.from(buffer, byteOffset, length).toString('base64url')
    const transfer = this.#deps.transfers.get(id)
    if (!transfer || provider(transfer) !== session) return session.late.has(id) ? undefined : 'not-yours'
    if (index >= transfer.units) return 'out-of-range'
    if (!fits(transfer, index, ciphertext.length)) return 'wrong-length'
    if (transfer.upload.state !== 'uploading' || !transfer.upload.wanted.delete(index))
      return isHere(transfer, index) ? undefined : 'unwanted'
    this.#take(session, transfer, index, bytes, ciphertext)
    return undefined
  }

  /** To those who wait for it at once, and to the disk meanwhile. */
  #take(
    session: Session,
    transfer: Transfer,
    index: number,
    bytes: Uint8Array,
    ciphertext: Uint8Array,
  ): void {
    const { transfers, cache, now, serve, onError } = this.#deps
    transfer.active = now()
    transfer.writing.add(index)
    transfers.moved(transfer)
    const frame = cache.add(transfer.frames, index, bytes)
    this.#writing += bytes.length
    if (this.#writing >= WRITE_BUDGET) this.#pause(session)
    this.#store(transfer, frame, ciphertext).catch(onError)
    for (const run of transfer.openRuns) if (run.next === index) serve(run.session)
  }

  async #store(transfer: Transfer, frame: CachedFrame, ciphertext: Uint8Array): Promise<void> {
    const { index } = frame
    let outcome: 'written' | 'disk-full' | 'failed' = 'failed'
    try {
      outcome = await transfer.stored.write(index, ciphertext)
    } finally {
      transfer.writing.delete(index)
      this.#wrote(frame.bytes.length)
      this.#deps.cache.release(frame)
      if (!transfer.removed && transfer.upload.state !== 'settled') this.#stored(transfer, index, outcome)
    }
  }

  #stored(transfer: Transfer, index: number, outcome: 'written' | 'disk-full' | 'failed'): void {
    if (outcome !== 'written') {
      this.#giveUp(transfer, index)
      return
    }
    transfer.outside?.note(index)
    if (transfer.stored.count < transfer.units) {
      this.want(transfer)
      return
    }
    if (transfer.upload.state === 'complete') return
    const sender = provider(transfer)
    transfer.upload = { state: 'complete', provider: sender }
    if (sender) sendHeld(sender, transfer)
  }

  /** The disk takes nothing: the sender is told, and may announce the transfer again when there is room. */
  #giveUp(transfer: Transfer, index: number): void {
    transfer.gaps.add(index)
    const sender = provider(transfer)
    if (!sender) return
    sender.peer.send({
      type: 'refused',
      what: 'provide',
      code: 'disk-full',
      transfer: transfer.facts.transfer,
    })
    this.leave(sender, transfer)
  }

  /** This sender provides the transfer no more; what was wanted of it may still arrive. */
  leave(session: Session, transfer: Transfer): void {
    const { upload } = transfer
    session.provides.delete(transfer)
    rememberLate(session, transfer.facts.transfer)
    if (upload.state === 'complete') transfer.upload = { state: 'complete', provider: undefined }
    if (upload.state !== 'uploading') return
    transfer.upload = { state: 'waiting' }
    for (const index of upload.wanted) transfer.gaps.add(index)
    for (const run of transfer.openRuns) this.tellIfUnavailable(run.session, transfer)
  }

  /** A receiver that waits for a segment which nobody can bring is told, once. */
  tellIfUnavailable(session: Session, transfer: Transfer): void {
    const run = session.openRuns.get(transfer)
    if (!run || run.told || transfer.upload.state !== 'waiting') return
    const { next, end } = run
    if (next >= end || isHere(transfer, next)) return
    run.told = true
    session.peer.send({
      type: 'unavailable',
      transfer: transfer.facts.transfer,
      first: next,
      count: Math.min(end, transfer.units) - next,
    })
  }

  /** A held segment turned out to be unreadable: it is wanted again. */
  lost(transfer: Transfer, index: number): void {
    if (transfer.removed) return
    transfer.stored.drop(index)
    transfer.gaps.add(index)
    const { upload } = transfer
    if (upload.state === 'complete')
      transfer.upload = upload.provider ? uploadingFrom(upload.provider) : { state: 'waiting' }
    this.want(transfer)
  }

  #pause(session: Session): void {
    this.#paused.add(session)
    session.peer.pause()
  }

  #wrote(bytes: number): void {
    this.#writing -= bytes
    if (this.#writing >= WRITE_BUDGET) return
    for (const { peer } of this.#paused) peer.resume()
    this.#paused.clear()
  }
}

const uploadingFrom = (provider: Session): Transfer['upload'] => ({
  state: 'uploading',
  provider,
  wanted: new Set(),
  paced: undefined,
})

/** What the relay holds, to the sender. */
function sendHeld({ peer }: Session, { facts, stored }: Transfer): void {
  peer.send({ type: 'providing', transfer: facts.transfer, held: stored.runs(LIMITS.rangesPerFrame) })
}

/** To a sender that comes back; what there is to tell while it provides, it hears at once. */
function tellOutcomes({ peer }: Session, { facts, stored }: Transfer): void {
  for (const [member, outcome] of stored.outcomes)
    peer.send({ type: outcome, transfer: facts.transfer, member })
}

/** An index has 32 bits. */
const isAddressable = (facts: { readonly size: number; readonly segmentSize: number }): boolean =>
  unitsOf(facts) <= 2 ** 32
