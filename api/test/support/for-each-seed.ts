const SEEDS = Number(process.env['FUZZ_SEEDS'] ?? 40)
const FIRST = Number(process.env['FUZZ_FIRST'] ?? 1)

/** One after the other; what fails says how to play that seed alone. */
export async function forEachSeed(play: (seed: number) => Promise<void>): Promise<void> {
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++)
    await play(seed).catch(error => {
      throw new Error(`FUZZ_FIRST=${seed} FUZZ_SEEDS=1`, { cause: error })
    })
}
