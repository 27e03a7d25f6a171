import type { Visitor } from './visitor.ts'

/** A page that has no network says so in its console, whoever asked. */
export const NO_NETWORK = /ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|WebSocket connection to/

/** The page's process dies in the middle of whatever it does; another tab of the device is opened. */
export async function killAndReopen(visitor: Visitor): Promise<void> {
  const { page } = visitor
  const session = await visitor.context.newCDPSession(page)
  const crashed = page.waitForEvent('crash')
  // Answers nothing: there is nobody left to answer.
  session.send('Page.crash').catch(() => {})
  await crashed
  await visitor.reopen()
}
