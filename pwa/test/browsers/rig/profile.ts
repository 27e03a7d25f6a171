import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'
import type { Room } from '../../../../api/test/scenarios/rig/room.ts'
import { EXECUTABLE, FLAGS, trustingHome } from './chromium.ts'

/** Chromium with a profile that lasts and trusts the room's authority: only such a one has apps and shows notifications. */
export class Profile implements AsyncDisposable {
  readonly context: BrowserContext
  readonly directory: string

  /** `without`: what browsers do for people, and are told not to do for tests. */
  static async open(room: Room, without: readonly string[] = []): Promise<Profile> {
    const directory = await mkdtemp(join(tmpdir(), 'chat-room-profile-'))
    const home = await trustingHome({ directory, authority: join(room.certsDirectory, 'ca.crt') })
    const context = await chromium.launchPersistentContext(join(directory, 'profile'), {
      executablePath: EXECUTABLE,
      args: FLAGS,
      ignoreDefaultArgs: [...without],
      env: { ...process.env, ...home } as Record<string, string>,
    })
    return new Profile(directory, context)
  }

  private constructor(directory: string, context: BrowserContext) {
    this.directory = directory
    this.context = context
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close()
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5 })
  }
}
