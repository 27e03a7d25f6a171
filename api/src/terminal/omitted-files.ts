const REASONS = {
  hidden: 'hidden (name it to send it)',
  outside: 'a link that leads outside',
  circle: 'a link that leads in circles',
  special: 'no ordinary file',
  unreadable: 'unreadable',
  name: 'a name with a backslash or a control character',
  deep: 'too deep in folders',
} as const

export type Reason = keyof typeof REASONS

const MOST_NAMED = 3

/** What of a folder is not sent, told in few words however much it is. */
export class OmittedFiles {
  readonly #byReason = new Map<Reason, { readonly named: string[]; count: number }>()

  add(reason: Reason, path: string): void {
    const entry = this.#byReason.get(reason) ?? { named: [], count: 0 }
    this.#byReason.set(reason, entry)
    entry.count += 1
    if (entry.named.length < MOST_NAMED) entry.named.push(path)
  }

  /** One for each reason. */
  get sentences(): readonly string[] {
    return [...this.#byReason].map(([reason, { named, count }]) => {
      const more = count > named.length ? ` and ${count - named.length} more` : ''
      return `Left out (${REASONS[reason]}): ${named.join(', ')}${more}.`
    })
  }
}
