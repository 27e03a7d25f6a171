/** Runs what it is given one after the other, in the order of the calls; who fails keeps nobody else waiting. */
export function createTurns(): <T>(act: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return act => {
    const turn = last.then(act)
    last = turn.catch(() => undefined)
    return turn
  }
}
