import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emit, field, frames, log, scene } from './play.ts'

test('who has new keys is told of, aloud too, and one press away from the words to compare', () =>
  scene('new-key', async page => {
    await page.locator('room-news [aria-live]').getByText('Ben has new keys').waitFor()
    await log(page).getByRole('button', { name: 'Compare words' }).click()
    const dialog = page.getByRole('dialog', { name: 'Ben' })
    const wordsOf = async (whose: string) => {
      const words = dialog.getByRole('list', { name: `Safety words: ${whose}` }).getByRole('listitem')
      await words.nth(5).waitFor()
      return words.allTextContents()
    }
    const said = [...(await wordsOf('you')), ...(await wordsOf('Ben'))]
    assert.equal(new Set(said).size, 12)
    assert.equal(
      said.every(word => /^[a-z-]+$/.test(word)),
      true,
      said.join(' '),
    )
    await dialog.getByRole('button', { name: 'Write to Ben alone' }).click()
    await frames(page)
    assert.equal(await page.getByRole('combobox', { name: 'Send to' }).inputValue(), 'Ben')
    assert.equal(await field(page).evaluate(element => element.matches(':focus')), true)
  }))

test('the words of each person are in the list of people, and on a phone one comes back to it', () =>
  scene(
    'talk',
    async page => {
      await page.getByRole('button', { name: /^People and files/ }).click()
      await page.getByRole('button', { name: 'Safety words: Chloé' }).click()
      const dialog = page.getByRole('dialog', { name: 'Chloé' })
      await dialog.getByRole('listitem').nth(5).waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog', { name: 'People and files' }).waitFor()
    },
    360,
  ))

test('offline nobody is said to be here', () =>
  scene('talk', async page => {
    const people = page.getByRole('list', { name: 'People' })
    await people.getByText('here', { exact: true }).first().waitFor()
    await emit(page, { type: 'connection', state: 'offline' })
    await people.getByText('not known now').first().waitFor()
    assert.equal(await people.getByText('here', { exact: true }).count(), 0)
    await emit(page, { type: 'connection', state: 'online' })
    await people.getByText('here', { exact: true }).first().waitFor()
  }))
