/** Does something `count` times, never more than `lanes` at once; results in the order of their numbers. */
export async function inLanes<T>(
  count: number,
  lanes: number,
  make: (index: number) => Promise<T>,
): Promise<T[]> {
  const made: T[] = []
  let next = 0
  const lane = async () => {
    while (next < count) {
      const index = next++
      made[index] = await make(index)
    }
  }
  await Promise.all(Array.from({ length: Math.min(lanes, count) }, lane))
  return made
}
