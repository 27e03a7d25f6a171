import { isAbsolute } from 'node:path'
import { failure, ok, type Result, unreachable } from '@chat-room/protocol'
import * as v from 'valibot'
import { type BackupDone, type BackupSource, backUp } from './back-up.ts'

const path = v.pipe(v.string(), v.minLength(1), v.check(isAbsolute))

const requestSchema = v.variant('command', [
  v.strictObject({ command: v.literal('status') }),
  v.strictObject({ command: v.literal('back-up'), directory: path, secrets: v.optional(path) }),
])

export type ControlRequest = v.InferOutput<typeof requestSchema>

/** Of a running server. */
export type Status = { readonly ports: readonly number[] }

const statusSchema = v.object({ ports: v.array(v.number()) })
const backupSchema = v.object({ transfers: v.number() })

/** What a command gets to hear; undefined where what answered is no server of ours. */
export const parseStatus = (answer: unknown): Result<Status, string> | undefined =>
  parseAnswer(statusSchema, answer)
export const parseBackupDone = (answer: unknown): Result<BackupDone, string> | undefined =>
  parseAnswer(backupSchema, answer)

function parseAnswer<T>(schema: v.GenericSchema<unknown, T>, answer: unknown): Result<T, string> | undefined {
  const done = v.safeParse(v.object({ ok: v.literal(true), value: schema }), answer)
  if (done.success) return ok(done.output.value)
  const refused = v.safeParse(v.object({ ok: v.literal(false), error: v.string() }), answer)
  return refused.success ? failure(refused.output.error) : undefined
}

/** What the commands of this host may ask of the running server. */
export class Control {
  readonly #source: BackupSource
  readonly #status: () => Status
  readonly #ended = new AbortController()
  #backup: Promise<Result<BackupDone, string>> | undefined

  constructor(source: BackupSource, status: () => Status) {
    this.#source = source
    this.#status = status
  }

  async answer(request: unknown): Promise<Result<Status | BackupDone, string>> {
    const parsed = v.safeParse(requestSchema, request)
    if (!parsed.success) return failure('the running server knows no such command: is it of another version?')
    const asked = parsed.output
    switch (asked.command) {
      case 'status':
        return ok(this.#status())
      case 'back-up':
        if (this.#backup !== undefined) return failure('another backup is being made')
        this.#backup = backUp(this.#source, asked, this.#ended.signal)
        try {
          return await this.#backup
        } catch (error) {
          return failure(`the backup failed: ${(error as Error).message}`)
        } finally {
          this.#backup = undefined
        }
      default:
        return unreachable(asked)
    }
  }

  /** A backup that is being made is given up. */
  async close(): Promise<void> {
    this.#ended.abort(new Error('the server ends'))
    await this.#backup?.catch(() => undefined)
  }
}
