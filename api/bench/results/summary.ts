import type { Spread } from './statistics.ts'
import { figure, range, type Table } from './table.ts'
import { TARGETS, type Target, type TargetName } from './targets.ts'

/** What a run says about one target. */
export type Finding = {
  readonly target: TargetName
  readonly measured: Spread
  /** Where the run was smaller than the target speaks of. */
  readonly at?: string
}

export type Verdict = 'aim' | 'must' | 'missed' | 'not measured'

/** By the median alone: where the range holds the must, the next run may say otherwise. */
export function judge({ better, must, aim }: Target, measured: Spread | undefined): Verdict {
  const value = measured?.median ?? Number.NaN
  if (Number.isNaN(value)) return 'not measured'
  const reaches = (bound: number) => (better === 'more' ? value >= bound : value <= bound)
  if (aim !== undefined && reaches(aim)) return 'aim'
  return reaches(must) ? 'must' : 'missed'
}

/** Every target of the workloads that ran. A miss is told and fails nothing: the next run may have a quieter machine. */
export function summarize(workloads: readonly string[], findings: readonly Finding[]): Table {
  const names = Object.keys(TARGETS) as TargetName[]
  const rows = names
    .filter(name => workloads.includes(TARGETS[name].workload))
    .map(name =>
      rowOf(
        TARGETS[name],
        findings.find(({ target }) => target === name),
      ),
    )
  return {
    title: 'Targets',
    columns: ['', 'in', 'must', 'aim', 'measured', 'met'],
    rows,
    note: '"Met" goes by the median. A miss fails nothing: what a busy machine takes is not the server\'s.',
  }
}

function rowOf(target: Target, finding: Finding | undefined): readonly string[] {
  const { what, unit, better, must, aim } = target
  const sign = better === 'more' ? '≥' : '≤'
  const verdict = judge(target, finding?.measured)
  return [
    finding?.at === undefined ? what : `${what} (here ${finding.at})`,
    unit,
    `${sign} ${figure(must)}`,
    aim === undefined ? '–' : `${sign} ${figure(aim)}`,
    finding === undefined ? '–' : range(finding.measured),
    verdict,
  ]
}
