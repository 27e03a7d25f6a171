import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { judge, summarize } from './summary.ts'
import { TARGETS, type Target } from './targets.ts'

const exactly = (value: number) => ({ median: value, min: value, max: value })
const target = { workload: '', what: '', unit: '' }

describe('whether a target is met', () => {
  for (const { better, must, aim, verdicts } of [
    { better: 'more', must: 1, aim: 2, verdicts: { 0.99: 'missed', 1: 'must', 1.99: 'must', 2: 'aim' } },
    { better: 'less', must: 2, aim: 1, verdicts: { 2.01: 'missed', 2: 'must', 1.01: 'must', 1: 'aim' } },
  ] as const) {
    for (const [measured, verdict] of Object.entries(verdicts)) {
      it(`${better} than ${must} and aiming at ${aim}, ${measured} is ${verdict}`, () => {
        assert.equal(judge({ ...target, better, must, aim }, exactly(Number(measured))), verdict)
      })
    }
  }

  it('is the must where there is no aim', () => {
    assert.equal(judge({ ...target, better: 'more', must: 1, aim: undefined }, exactly(9)), 'must')
  })

  it('is not known without a figure', () => {
    const wanted = { ...target, better: 'less', must: 2, aim: 1 } as const
    assert.equal(judge(wanted, undefined), 'not measured')
    assert.equal(judge(wanted, exactly(Number.NaN)), 'not measured')
  })
})

describe('the summary', () => {
  it('has the targets of the workloads that ran, and says which were not measured', () => {
    const { rows } = summarize(['rooms'], [{ target: 'rooms', measured: exactly(1.5), at: '20 rooms' }])
    assert.equal(rows.length, 2)
    assert.match(rows[0]?.[0] ?? '', /\(here 20 rooms\)$/)
    assert.deepEqual(
      rows.map(row => row.at(-1)),
      ['must', 'not measured'],
    )
  })

  it('asks of no aim that it be easier than its must', () => {
    for (const { what, better, must, aim = must } of Object.values<Target>(TARGETS)) {
      assert.ok(better === 'more' ? aim >= must : aim <= must, what)
    }
  })
})
