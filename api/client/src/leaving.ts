import type { ClientEvent } from './events.ts'
import type { Membership } from './membership.ts'
import type { Clock } from './ports.ts'

/** `:Exit` waits so long for what is under way, in milliseconds. */
export const EXIT_PATIENCE = 10_000

/** How long the server's goodbye is waited for, in milliseconds. */
const PATIENCE = 2_000

/** Waits for the work, but no longer than so many milliseconds. */
export async function within(clock: Clock, milliseconds: number, work: Promise<unknown>): Promise<void> {
  let cancel = () => {}
  const late = new Promise<void>(resolve => {
    cancel = clock.after(milliseconds, resolve)
  })
  await Promise.race([work, late])
  cancel()
}

/** Leaves the room (M8); what could not be sent in time is not lost without a word. */
export async function sayGoodbye(
  membership: Membership,
  clock: Clock,
  emit: (event: ClientEvent) => void,
): Promise<void> {
  // Whoever cannot say goodbye any more has left all the same.
  await within(clock, PATIENCE, membership.leave()).catch(() => undefined)
  for (const { id, recipient, body } of membership.outbox.waiting) {
    if (body.kind === 'receipt') continue
    emit({ type: 'undelivered', to: recipient.to === 'all' ? 'all' : recipient.alias, id })
  }
}
