import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emit, field, frames, scene, stageUrl } from './play.ts'

test('M3: a wrong password is said at once; the field is kept and has the focus', () =>
  scene('enter', async page => {
    await page.getByRole('textbox', { name: 'Password' }).fill('wrong horse')
    await page.getByRole('button', { name: 'Enter' }).click()
    await emit(
      page,
      { type: 'error', code: 'wrong-password', message: '…' },
      { type: 'prompt', for: 'password' },
    )
    await page.getByRole('alert').getByText('That is not the room’s password').waitFor()
    const password = page.getByRole('textbox', { name: 'Password' })
    assert.equal(await password.inputValue(), 'wrong horse')
    assert.equal(await password.evaluate(element => element.matches(':focus')), true)
  }))

test('whoever comes in by keyboard need not look for a field: the password, then the message', () =>
  scene('enter', async page => {
    await page.locator('#password:focus').waitFor()
    await page.goto(stageUrl('talk'))
    await field(page).and(page.locator(':focus')).waitFor()
  }))

test('what was typed to set a password is not there to be tried as the password', () =>
  scene('create', async page => {
    await page.getByRole('textbox', { name: 'Password' }).fill('my other secret')
    await emit(page, { type: 'room', state: 'claimed' }, { type: 'prompt', for: 'password' })
    await page.getByRole('button', { name: 'Enter', exact: true }).waitFor()
    assert.equal(await page.getByRole('textbox', { name: 'Password' }).inputValue(), '')
  }))

for (const state of ['claimed', 'unclaimed'] as const) {
  test(`nothing that is shown moves when a room answers that is ${state}`, () =>
    scene('connecting', async page => {
      await page.getByRole('progressbar').waitFor()
      await frames(page)
      await emit(page, { type: 'room', state }, { type: 'prompt', for: 'password' })
      await page.getByRole('textbox', { name: 'Password' }).waitFor()
      await frames(page)
      const shifts = await page.evaluate(
        () =>
          new Promise<number>(resolve => {
            const observer = new PerformanceObserver(list => resolve(list.getEntries().length))
            observer.observe({ type: 'layout-shift', buffered: true })
            // It says nothing where there is nothing: what was painted before this was reported before it.
            requestAnimationFrame(() => requestAnimationFrame(() => resolve(observer.takeRecords().length)))
          }),
      )
      assert.equal(shifts, 0)
    }))
}
