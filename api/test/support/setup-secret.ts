import { ready, server } from '@serenity-kit/opaque'

/** A server's OPAQUE setup of its own, for one test. */
export async function createSetupSecret(): Promise<string> {
  await ready
  return server.createSetup()
}
