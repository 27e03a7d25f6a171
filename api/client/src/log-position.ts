/** An entry of a log: numbers of another incarnation say nothing. */
export type LogPosition = { readonly log: string; readonly seq: number }

/** What was told of a log: from `oldest` to `seq`, whose entry has this hash. */
export type Reach = LogPosition & { readonly oldest: number; readonly hash?: string }

/** Where nobody has been yet: no log has this name, and the server counts nothing as missed. */
export const NO_LOG = 'A'.repeat(22)
