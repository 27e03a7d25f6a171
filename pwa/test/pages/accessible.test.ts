import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { isThere, LOOKS, open, SHOTS, show, violationsOf } from '../look/shots.ts'
import { type Stage, setStage } from '../look/stage.ts'

/** Light and dark, a phone and a desktop. The others are looked over by `screens.ts`, which takes minutes. */
const LOOKED_AT = ['desktop-light', 'phone-dark']

suite('axe finds nothing in the way of anybody', () => {
  let stage: Stage
  before(async () => {
    stage = await setStage()
  })
  after(() => stage[Symbol.asyncDispose]())

  for (const look of LOOKS.filter(({ name }) => LOOKED_AT.includes(name))) {
    test(`on any screen: ${look.name}`, async () => {
      const found: string[] = []
      const { page, context } = await open(stage, look, text => found.push(text))
      for (const shot of SHOTS.filter(each => isThere(each, look))) {
        await show(page, stage, shot, look)
        found.push(...(await violationsOf(page)).map(violation => `${shot.as ?? shot.scene}: ${violation}`))
      }
      await context.close()
      assert.deepEqual(found, [])
    })
  }
})
