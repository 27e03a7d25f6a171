import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emit, scene } from './play.ts'

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

test('what was typed to set a password is not there to be tried as the password', () =>
  scene('create', async page => {
    await page.getByRole('textbox', { name: 'Password' }).fill('my other secret')
    await emit(page, { type: 'room', state: 'claimed' }, { type: 'prompt', for: 'password' })
    await page.getByRole('button', { name: 'Enter', exact: true }).waitFor()
    assert.equal(await page.getByRole('textbox', { name: 'Password' }).inputValue(), '')
  }))
