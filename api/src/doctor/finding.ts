/** One thing that was looked at. */
export type Finding = {
  /** `problem`: the room does not open, or nobody can come. `warning`: it does, but not for long, or not for all. */
  readonly level: 'fine' | 'warning' | 'problem'
  /** What was found, in one line. */
  readonly what: string
  /** What to do about it. */
  readonly remedy?: string
}

export const fine = (what: string): Finding => ({ level: 'fine', what })
export const warning = (what: string, remedy: string): Finding => ({ level: 'warning', what, remedy })
export const problem = (what: string, remedy: string): Finding => ({ level: 'problem', what, remedy })

/** How many hundreds of lines there are, the worst is told last: it is what a terminal still shows. */
const ORDER = ['fine', 'warning', 'problem'] as const
const MARK = { fine: 'ok      ', warning: 'warning ', problem: 'problem ' } as const

export function describeFindings(findings: readonly Finding[]): string {
  const sorted = ORDER.flatMap(level => findings.filter(finding => finding.level === level))
  return sorted
    .flatMap(({ level, what, remedy }) => [
      `${MARK[level]}${what}\n`,
      ...(remedy === undefined ? [] : [`${' '.repeat(MARK[level].length)}-> ${remedy}\n`]),
    ])
    .join('')
}
