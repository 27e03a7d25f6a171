/** What the tabs of this device that are in one room say to one another. Nothing depends on when it is heard. */
type Word =
  /** A newer tab wants the place. */
  | { readonly say: 'ask' }
  /** The tab that has it is alive, and lets go of it soon. */
  | { readonly say: 'packing' }
  /** A tab has taken it, and waits for what one of these has packed. */
  | { readonly say: 'taken'; readonly by: string; readonly from: readonly string[] }
  | { readonly say: 'belongings'; readonly to: string; readonly belongings: unknown }
  /** It has unpacked: whoever else waits may ask it. */
  | { readonly say: 'sitting' }

/** A tab that does not answer within so many milliseconds is frozen, or too busy to be in a room. */
const PATIENCE = 2_000
/** Packing may have to wait for a disk. */
const PACKING = 10_000

export type SeatOptions = {
  /** One for all tabs of this device that are in the same room. */
  readonly name: string
  /** A newer tab takes over: this one ends what it does, and answers with what that one needs: anything that can be cloned. */
  pack(): Promise<unknown>
}

/**
 * Resolves when this tab is the one that is in the room, with what the one before it packed. The newest tab wins: the other
 * hands over, and is robbed if it does not answer. The browser frees the place of a tab that is closed or killed.
 *
 *     waiting ─▶ unpacking ─▶ sitting ─▶ gone ─▶ over
 *        └─▶ stealing ─▲
 *
 * The place is a lock. Whoever has it wears a badge, a lock of its own name, until another has what it leaves: the order of
 * locks and messages is nobody's to say, and so it is the locks that tell who still has something.
 */
export function takeSeat({ name, pack }: SeatOptions): Promise<unknown> {
  const { locks } = navigator
  const channel = new BroadcastChannel(name)
  const say = (word: Word) => channel.postMessage(word)
  const self = `${name} ${crypto.randomUUID()}`
  const seated = Promise.withResolvers<unknown>()
  const packed = Promise.withResolvers<unknown>()
  const worn = Promise.withResolvers<void>()
  const queue = new AbortController()
  let state: 'waiting' | 'stealing' | 'unpacking' | 'sitting' | 'gone' | 'over' = 'waiting'
  /** Who wears a badge. */
  let former: readonly string[] = []
  let timer: ReturnType<typeof setTimeout> | undefined

  const wait = (milliseconds: number, then: () => void) => {
    clearTimeout(timer)
    timer = setTimeout(then, milliseconds)
  }

  function ask(): void {
    say({ say: 'ask' })
    wait(PATIENCE, () => {
      state = 'stealing'
      queue.abort()
      hold({ steal: true })
    })
  }

  function hold(options: LockOptions): void {
    locks.request(name, options, take).catch((error: DOMException) => {
      if (state === 'unpacking' || state === 'sitting') return leave()
      // A browser that locks nothing for this page.
      if (state !== 'gone' && error.name !== 'AbortError') {
        state = 'unpacking'
        sit(undefined)
      }
    })
  }

  async function take(): Promise<void> {
    clearTimeout(timer)
    state = 'unpacking'
    await wear()
    const { held = [] } = await locks.query()
    const badges = held.flatMap(lock => lock.name ?? [])
    former = badges.filter(badge => badge.startsWith(`${name} `) && badge !== self)
    if (former.length === 0) sit(undefined)
    else {
      say({ say: 'taken', by: self, from: former })
      wait(PATIENCE, () => sit(undefined))
    }
    await packed.promise
  }

  /** Taken off by whoever has what this tab leaves. */
  function wear(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const wearing = locks.request(self, () => {
      resolve()
      return worn.promise
    })
    wearing.catch(() => {}).then(end)
    return promise
  }

  function sit(belongings: unknown): void {
    clearTimeout(timer)
    if (state !== 'unpacking') return
    state = 'sitting'
    seated.resolve(belongings)
    for (const badge of former) locks.request(badge, { steal: true }, () => {}).catch(() => {})
    say({ say: 'sitting' })
  }

  function leave(): void {
    // Whoever has not unpacked leaves nothing.
    if (state === 'unpacking') end()
    else state = 'gone'
    packed.resolve(pack().catch(() => undefined))
  }

  function end(): void {
    state = 'over'
    worn.resolve()
    channel.close()
  }

  channel.onmessage = async ({ data: word }: MessageEvent<Word>) => {
    if (word.say === 'ask' && state === 'sitting') {
      say({ say: 'packing' })
      leave()
    }
    if (word.say === 'packing' && state === 'waiting') wait(PACKING, ask)
    if (word.say === 'sitting' && state === 'waiting') ask()
    if (word.say === 'belongings' && word.to === self) sit(word.belongings)
    if (word.say === 'taken' && word.from.includes(self)) {
      const belongings = await packed.promise
      if (state === 'gone') say({ say: 'belongings', to: word.by, belongings })
    }
  }
  ask()
  hold({ signal: queue.signal })
  return seated.promise
}
