import type { Work } from '../results/contest.ts'
import type { Crowd } from './crowd.ts'

/** How long the last messages may take when a turn is over, in milliseconds: then they count as lost. */
const PATIENCE = 20_000

type Start = (crowd: Crowd) => void

/**
 * A closed loop: whoever's message was heard by all says the next one, so that what is under way stays what `start` said
 * at first. A unit of the work is a message for one member.
 */
export function keepTalking(crowds: readonly Crowd[], seconds: number, start: Start): Promise<Work> {
  return talking(crowds, seconds, stop => {
    const latencies: number[] = []
    let units = 0
    const end = performance.now() + seconds * 1000
    for (const crowd of crowds) {
      crowd.onHeard = (sender, took) => {
        units += crowd.sockets.length
        latencies.push(took)
        if (performance.now() < end) crowd.say(sender)
        else if (crowds.every(each => each.idle)) stop({ units, latencies })
      }
      start(crowd)
    }
  })
}

/** An open loop: messages are said at their times whatever happened to those before. Latencies are of single deliveries. */
export function talkAtRate(crowd: Crowd, seconds: number, deliveriesPerSecond: number): Promise<Work> {
  return talking([crowd], seconds, stop => {
    const latencies: number[] = []
    const messages = Math.round((seconds * deliveriesPerSecond) / crowd.sockets.length)
    const gap = (seconds * 1000) / messages
    const begun = performance.now()
    let said = 0
    let heard = 0
    crowd.onDelivery = took => latencies.push(took)
    crowd.onHeard = () => {
      heard++
      if (heard === messages) stop({ units: messages * crowd.sockets.length, latencies })
    }
    const sayDue = () => {
      for (; said < messages && begun + said * gap <= performance.now(); said++) {
        crowd.say(said % crowd.sockets.length, begun + said * gap)
      }
      if (said < messages) setTimeout(sayDue, Math.max(0, begun + said * gap - performance.now()))
    }
    sayDue()
  })
}

/** Rejects for the first wrong delivery, and if the last ones do not come. */
async function talking(
  crowds: readonly Crowd[],
  seconds: number,
  begin: (stop: (work: Work) => void) => void,
): Promise<Work> {
  const { promise, resolve, reject } = Promise.withResolvers<Work>()
  for (const crowd of crowds) crowd.onFailure = reject
  const lost = setTimeout(() => reject(new Error('messages were lost')), seconds * 1000 + PATIENCE)
  try {
    begin(resolve)
    return await promise
  } finally {
    clearTimeout(lost)
    for (const crowd of crowds) {
      crowd.onHeard = () => {}
      crowd.onDelivery = undefined
    }
  }
}
