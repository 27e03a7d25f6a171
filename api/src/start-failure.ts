/** Why the server cannot start, in words that say what to do. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure'
}
