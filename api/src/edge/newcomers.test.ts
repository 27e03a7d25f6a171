import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Newcomer, Newcomers } from './newcomers.ts'

function setting(limits: { total: number; perAddress: number }) {
  const shed: string[] = []
  const newcomers = new Newcomers(limits)
  const come = (name: string, address: string): Newcomer => {
    const newcomer = { address, shed: () => shed.push(name) }
    newcomers.add(newcomer)
    return newcomer
  }
  return { newcomers, come, shed }
}

test('of one address, whoever waited longest makes room; other addresses wait on', () => {
  const { come, shed } = setting({ total: 100, perAddress: 2 })
  come('other', 'b')
  for (const name of ['first', 'second', 'third', 'fourth']) come(name, 'a')
  assert.deepEqual(shed, ['first', 'second'])
})

test('of all addresses, whoever waited longest makes room', () => {
  const { come, shed } = setting({ total: 3, perAddress: 2 })
  for (const address of ['a', 'b', 'c', 'd', 'e']) come(address, address)
  assert.deepEqual(shed, ['a', 'b'])
})

test('whoever has entered or gone takes no place, and is never shed', () => {
  const { newcomers, come, shed } = setting({ total: 2, perAddress: 2 })
  const entered = come('entered', 'a')
  come('waiting', 'a')
  newcomers.delete(entered)
  newcomers.delete(entered)
  come('next', 'a')
  assert.deepEqual(shed, [])
  come('after', 'b')
  assert.deepEqual(shed, ['waiting'])
})

test('one place: each takes it from the one before', () => {
  const { come, shed } = setting({ total: 1, perAddress: 1 })
  for (const [at, address] of ['a', 'a', 'b', 'a'].entries()) come(`${at}`, address)
  assert.deepEqual(shed, ['0', '1', '2'])
})
