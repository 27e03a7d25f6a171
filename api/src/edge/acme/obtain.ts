import { failure, ok, type Result } from '@chat-room/protocol'
import type { AccountKey } from './account-key.ts'
import type { Challenges } from './challenges.ts'
import { Conversation } from './conversation.ts'
import { AcmeFailure } from './failure.ts'
import { order, type Wanted } from './order.ts'

export type Obtained = {
  /** The chain, the server's own certificate first, and its key; both PEM, and not looked at yet. */
  readonly cert: string
  readonly key: string
  /** What was agreed to by having an account. */
  readonly termsOfService: string | undefined
}

export type Obtaining = Wanted & {
  /** URL of the authority's directory. */
  readonly directory: string
  readonly account: AccountKey
}

/**
 * One attempt at a certificate. Failures that can be expected of a conversation with somebody far away are values
 * from here on; what it throws is a bug.
 */
export async function obtain(
  { directory, account, ...wanted }: Obtaining,
  challenges: Challenges,
  signal: AbortSignal,
): Promise<Result<Obtained, AcmeFailure>> {
  try {
    const conversation = await Conversation.open(directory, account, signal)
    await conversation.enter()
    const pair = await order(conversation, wanted, challenges)
    return ok({ ...pair, termsOfService: conversation.directory.meta.termsOfService })
  } catch (error) {
    if (error instanceof AcmeFailure) return failure(error)
    if (signal.aborted) return failure(new AcmeFailure('aborted', 'the server is ending', { cause: error }))
    throw error
  }
}
