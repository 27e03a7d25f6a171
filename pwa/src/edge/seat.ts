/** What the tabs of this device that are in one room say to one another; each has a name of its own. */
type Word =
  /** A newer tab wants the place. */
  | { readonly say: 'ask' }
  /** The tab that has it is alive, and lets go of it soon. */
  | { readonly say: 'packing'; readonly by: string }
  /** A tab has taken it, and waits for what that one packed, if there was one that did. */
  | { readonly say: 'taken'; readonly from: string | undefined }
  | { readonly say: 'belongings'; readonly of: string; readonly belongings: unknown }
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
  /** The place was taken without a word, since this tab did not answer. */
  robbed(): void
}

/**
 * Resolves when this tab is the one that is in the room, with what the one before it packed. The newest tab wins: the other
 * hands over, and is robbed if it does not answer. The browser frees the place of a tab that is closed or killed.
 */
export function takeSeat({ name, pack, robbed }: SeatOptions): Promise<unknown> {
  const channel = new BroadcastChannel(name)
  const say = (word: Word) => channel.postMessage(word)
  const self = crypto.randomUUID()
  const seated = Promise.withResolvers<unknown>()
  const packed = Promise.withResolvers<unknown>()
  const queue = new AbortController()
  let state: 'waiting' | 'unpacking' | 'sitting' | 'gone' = 'waiting'
  let former: string | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const wait = (milliseconds: number, then: () => void) => {
    clearTimeout(timer)
    timer = setTimeout(then, milliseconds)
  }

  function ask(): void {
    say({ say: 'ask' })
    wait(PATIENCE, () => {
      queue.abort()
      hold({ steal: true })
    })
  }

  function hold(options: LockOptions): void {
    navigator.locks.request(name, options, take).catch((error: DOMException) => {
      // A browser that locks nothing for this page.
      if (state === 'waiting' && error.name !== 'AbortError') sit(undefined)
      if (state !== 'unpacking' && state !== 'sitting') return
      state = 'gone'
      robbed()
    })
  }

  async function take(): Promise<void> {
    state = 'unpacking'
    say({ say: 'taken', from: former })
    if (former === undefined) sit(undefined)
    else wait(PATIENCE, () => sit(undefined))
    await packed.promise
  }

  function sit(belongings: unknown): void {
    clearTimeout(timer)
    state = 'sitting'
    seated.resolve(belongings)
    say({ say: 'sitting' })
  }

  async function handOver(): Promise<void> {
    state = 'gone'
    say({ say: 'packing', by: self })
    packed.resolve(await pack().catch(() => undefined))
  }

  channel.onmessage = async ({ data: word }: MessageEvent<Word>) => {
    if (word.say === 'ask' && state === 'sitting') await handOver()
    if (word.say === 'packing' && state === 'waiting') {
      former = word.by
      wait(PACKING, ask)
    }
    if (word.say === 'sitting' && state === 'waiting') ask()
    if (word.say === 'belongings' && state === 'unpacking' && word.of === former) sit(word.belongings)
    if (word.say === 'taken' && word.from === self) {
      say({ say: 'belongings', of: self, belongings: await packed.promise })
      channel.close()
    }
  }
  ask()
  hold({ signal: queue.signal })
  return seated.promise
}
