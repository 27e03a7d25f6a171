/** `17`, or `1-50`: the seeds that a setting names. */
export function seedsOf(chosen: string): readonly number[] {
  const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(chosen) ?? []
  const first = Number(from)
  const count = Number(to) - first + 1
  if (!(count > 0)) throw new RangeError(`FAULT_SEEDS is a number or a range of numbers, not ${chosen}`)
  return Array.from({ length: count }, (_, at) => first + at)
}
