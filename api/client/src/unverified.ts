import type { ClientEvent } from './events.ts'

/**
 * Those who are here, as the server says, and whose hello does not hold what it claims: they have the password or the server's
 * help, receive what is said to everyone, and have no alias to be listed by. Not to be seen is all that they could gain,
 * so they are told and counted (crypto.md: a ghost is visible).
 */
export class Unverified {
  readonly #emit: (event: ClientEvent) => void
  readonly #later: (step: () => void) => void
  /** Whether it was told that they are here. */
  readonly #members = new Map<string, boolean>()

  constructor(emit: (event: ClientEvent) => void, later: (step: () => void) => void) {
    this.#emit = emit
    this.#later = later
  }

  /** How many there are now. */
  get count(): number {
    return this.#members.size
  }

  appeared(member: string): void {
    // Told already, or about to be; a broken connection may have swallowed the latter, and the roster comes again.
    if (this.#members.get(member) === true) return
    this.#members.set(member, false)
    // Its hello may be gone just because it left: then the server has said so by now.
    this.#later(() => this.#tell())
  }

  has(member: string): boolean {
    return this.#members.has(member)
  }

  left(member: string): void {
    this.#members.delete(member)
  }

  keepOnly(listed: ReadonlySet<string>): void {
    for (const member of this.#members.keys()) if (!listed.has(member)) this.#members.delete(member)
  }

  #tell(): void {
    const untold = [...this.#members].filter(([, isTold]) => !isTold)
    if (untold.length === 0) return
    for (const [member] of untold) this.#members.set(member, true)
    const message = `${connections(untold.length)} cannot be verified: ${UNSEEN}`
    this.#emit({ type: 'error', code: 'unverified', message })
  }
}

const connections = (count: number): string => (count === 1 ? '1 connection' : `${count} connections`)

const UNSEEN =
  'somebody receives what is sent to everyone, and is not among the aliases. Nothing from there is shown.'
