import { DEADLINE } from './transcript.ts'

/** The promise, with a deadline in milliseconds; `describe` is what a failed wait shows. */
export async function within<T>(
  promise: Promise<T>,
  what: string,
  describe: () => string,
  deadline = DEADLINE,
): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new Error(`in ${deadline / 1_000} s, never came: ${what}\n${describe()}`)),
    deadline,
  )
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
