import {
  parseSegmentClientMessage,
  type RelayMessage,
  type SegmentClientMessageOf,
} from '@chat-room/protocol'

/** What ends something at the relay: nobody is left to say it again but whoever remembers that it was said. */
export type LastWord = SegmentClientMessageOf<'withdraw' | 'received' | 'decline'>

/** Beyond, the oldest are given up; those that take a file back last. */
const MOST = 1_000
/** Connections on which a word is said without an answer. `withdraw` has one from every relay, and so is never given up. */
const ATTEMPTS = 5

type Remembered = { readonly word: LastWord; attempts: number; said: boolean }

/** Says each word at every attachment, in this process and the next, until the relay has answered it. */
export class LastWords {
  readonly #say: (word: LastWord) => void
  /** By transfer: there is one last word of each. */
  readonly #words = new Map<string, Remembered>()

  constructor(say: (word: LastWord) => void) {
    this.#say = say
  }

  /** Some are to be said. */
  get waiting(): boolean {
    for (const { said } of this.#words.values()) if (!said) return true
    return false
  }

  add(word: LastWord, attached: boolean): void {
    this.#words.delete(word.transfer)
    if (this.#words.size >= MOST) this.#giveUpOne()
    const remembered = { word, attempts: 0, said: false }
    this.#words.set(word.transfer, remembered)
    if (attached) this.#tell(remembered)
  }

  attached(): void {
    for (const remembered of this.#words.values()) this.#tell(remembered)
  }

  detached(): void {
    for (const [transfer, remembered] of this.#words) {
      remembered.said = false
      if (remembered.attempts >= ATTEMPTS && remembered.word.type !== 'withdraw') this.#words.delete(transfer)
    }
  }

  /** `ended`, or a refusal of the word: the relay has nothing of it any more, or knows. */
  hear(message: RelayMessage): void {
    if (message.type !== 'ended' && message.type !== 'refused') return
    const { transfer = '' } = message
    const type = this.#words.get(transfer)?.word.type
    if (message.type === 'ended' || message.what === type) this.#words.delete(transfer)
  }

  save(): readonly LastWord[] {
    return [...this.#words.values()].map(({ word }) => word)
  }

  /** What an earlier process saved. Whoever is another member now may still take back what it has the secret of (P70). */
  restore(saved: readonly unknown[], isOther: boolean): void {
    for (const value of saved) {
      const word = parseSegmentClientMessage(JSON.stringify(value))
      if (word.ok && isLast(word.value) && !(isOther && word.value.type !== 'withdraw')) {
        this.add(word.value, false)
      }
    }
  }

  #tell(remembered: Remembered): void {
    remembered.attempts += 1
    remembered.said = true
    this.#say(remembered.word)
  }

  #giveUpOne(): void {
    const words = [...this.#words.values()]
    const victim = words.find(({ word }) => word.type !== 'withdraw') ?? words[0]
    if (victim !== undefined) this.#words.delete(victim.word.transfer)
  }
}

const isLast = (message: { readonly type: string }): message is LastWord =>
  message.type === 'withdraw' || message.type === 'received' || message.type === 'decline'
