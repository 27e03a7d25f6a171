import type { HistoryRecord, HistoryStore } from '@chat-room/client'
import { type Cabinet, type Content, createDeviceKey } from './cabinet.ts'

/** For who does not stay on this device: what is kept ends with the page, and nothing touches the disk. */
export function createPassingCabinet(content?: Content): Cabinet {
  let key = content && Promise.resolve(content.key)
  let isKnown = content?.isKnown ?? false
  const slots = new Map(content?.slots)
  const journals = new Map(Array.from(content?.journals ?? [], ([name, pieces]) => [name, [...pieces]]))
  const history = new PassingHistory(content?.history ?? [])
  const deviceKey = () => (key ??= createDeviceKey())
  return {
    deviceKey,
    knows: async () => isKnown,
    async remember(known) {
      isKnown = known
    },
    readSlot: async name => slots.get(name),
    async writeSlot(name, bytes) {
      if (bytes === undefined) slots.delete(name)
      else slots.set(name, bytes.slice())
    },
    readJournal: async name => journals.get(name) ?? [],
    async appendJournal(name, bytes) {
      const pieces = journals.get(name)
      if (pieces === undefined) journals.set(name, [bytes.slice()])
      else pieces.push(bytes.slice())
    },
    async clearJournal(name) {
      journals.delete(name)
    },
    history,
    content: async () => ({ key: await deviceKey(), isKnown, slots, journals, history: history.all() }),
  }
}

class PassingHistory implements HistoryStore {
  readonly #records = new Map<number, HistoryRecord>()
  readonly #places = new Map<string, number>()
  /** Places from the first up to, and without, the end. */
  #first = 0
  #end = 0

  constructor(records: readonly HistoryRecord[]) {
    this.#add(records)
  }

  all(): readonly HistoryRecord[] {
    return [...this.#records.values()]
  }

  async page(before: number | undefined, count: number): Promise<readonly HistoryRecord[]> {
    const page: HistoryRecord[] = []
    for (let at = Math.min(before ?? this.#end, this.#end) - 1; at >= this.#first; at--) {
      if (page.length >= count) break
      const record = this.#records.get(at)
      if (record !== undefined) page.push(record)
    }
    return page.reverse()
  }

  async find(ids: readonly string[]): Promise<readonly HistoryRecord[]> {
    return ids.flatMap(id => {
      const place = this.#places.get(id)
      const record = place === undefined ? undefined : this.#records.get(place)
      return record ?? []
    })
  }

  async put(records: readonly HistoryRecord[]): Promise<void> {
    this.#add(records)
  }

  async dropBefore(place: number): Promise<void> {
    for (; this.#first < Math.min(place, this.#end); this.#first++) this.#remove(this.#first)
  }

  async clear(): Promise<void> {
    await this.dropBefore(this.#end)
  }

  #add(records: readonly HistoryRecord[]): void {
    for (const record of records) {
      const { place, id } = record
      if (this.#records.size === 0) this.#first = this.#end = place
      this.#remove(place)
      this.#records.set(place, record)
      this.#places.set(id, place)
      this.#first = Math.min(this.#first, place)
      this.#end = Math.max(this.#end, place + 1)
    }
  }

  #remove(place: number): void {
    const record = this.#records.get(place)
    if (record === undefined) return
    this.#records.delete(place)
    this.#places.delete(record.id)
  }
}
