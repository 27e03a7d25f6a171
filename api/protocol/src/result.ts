/** An expected failure is a value: what went wrong is part of the function's type. Bugs still throw. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E }

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value })

export const failure = <E>(error: E): { readonly ok: false; readonly error: E } => ({ ok: false, error })
