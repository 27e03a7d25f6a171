import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { emit, field, frames, log, scene, submitted } from './play.ts'

const sendTo = (page: Page) => page.getByRole('combobox', { name: 'Send to' })

/** Whoever has this alias leaves the room. */
async function leave(page: Page, alias: string): Promise<void> {
  await page.evaluate(gone => {
    const { client } = globalThis as unknown as { client: { people: readonly { alias: string }[] } }
    client.people = client.people.filter(({ alias }) => alias !== gone)
  }, alias)
  await emit(page, { type: 'member-left', alias })
  await frames(page)
}

test('M7: a command is completed and sent by keyboard alone; a wrong one stays and is explained', () =>
  scene('talk', async page => {
    await field(page).pressSequentially(':d')
    await page.getByRole('option', { name: /^:Dm/ }).waitFor()
    await page.keyboard.press('Tab')
    await page.getByRole('listbox').getByRole('option', { name: 'Chloé' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    assert.equal(await field(page).inputValue(), ':Dm Chloé')
    await page.keyboard.press('Enter')
    assert.deepEqual(await submitted(page), [':Dm Chloé'])
    await frames(page)
    assert.equal(await page.getByRole('combobox', { name: 'Send to' }).inputValue(), 'Chloé')
    await field(page).pressSequentially(':nonsense')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('There is no command').waitFor()
    assert.equal(await field(page).inputValue(), ':nonsense')
  }))

test('M11: a person is pressed and written to alone, pressed again for everyone; what was begun comes along', () =>
  scene('talk', async page => {
    await field(page).fill('only for you')
    const ben = page.getByRole('list', { name: 'People' }).getByRole('button', { name: /^Ben/ })
    await ben.click()
    await frames(page)
    assert.equal(await page.getByRole('combobox', { name: 'Send to' }).inputValue(), 'Ben')
    assert.equal(await field(page).inputValue(), 'only for you')
    await page.keyboard.press('Enter')
    await log(page).getByText('only for you').waitFor()
    await ben.click()
    assert.deepEqual(await submitted(page), [':Dm Ben', 'only for you', ':Dm all'])
  }))

test('Shift and Enter make a line, Enter sends them; a last one that is empty is not sent', () =>
  scene('talk', async page => {
    await field(page).pressSequentially('one')
    await page.keyboard.press('Shift+Enter')
    await field(page).pressSequentially('two')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.press('Enter')
    assert.deepEqual(await submitted(page), ['one\ntwo'])
  }))

test('what was begun goes along when another page goes on in the place of this one', () =>
  scene('talk', async page => {
    await field(page).fill('begun')
    const left = await page.evaluate(() => {
      const { unsaved } = globalThis as unknown as { unsaved: Map<string, unknown> }
      return unsaved.get('drafts')
    })
    assert.deepEqual(left, [['all', 'begun']])
  }))

test('M11: who is shown is who receives, after the one who was chosen left', () =>
  scene('talk', async page => {
    await sendTo(page).selectOption('Ben')
    await field(page).fill(':dm مريم')
    await page.keyboard.press('Enter')
    await frames(page)
    assert.equal(await sendTo(page).inputValue(), 'مريم')
    await leave(page, 'مريم')
    assert.equal(await sendTo(page).inputValue(), 'مريم')
    for (const alias of ['Ben', 'Zdeněk', 'Chloé']) {
      await sendTo(page).selectOption(alias)
      await frames(page)
      const aimed = (await submitted(page)).at(-1)
      assert.deepEqual([await sendTo(page).inputValue(), aimed], [alias, `:Dm ${alias}`])
    }
    await leave(page, 'Ben')
    assert.equal(await sendTo(page).inputValue(), 'Chloé')
  }))

test('M11: a letter to somebody who left stays in the field, with the reason', () =>
  scene('direct', async page => {
    await field(page).fill('a long letter')
    await leave(page, 'Ben')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('Ben is not in the room any more').waitFor()
    assert.equal(await field(page).inputValue(), 'a long letter')
    assert.equal(await log(page).getByText('a long letter').count(), 0)
  }))

/** What the room was told since this was asked last. */
const toldTyping = (page: Page) =>
  page.evaluate(() => {
    const { client } = globalThis as unknown as { client: { typing: boolean[] } }
    return client.typing.splice(0)
  })

test("others see that one types a message, and no more once it is deleted; a command is nobody's business", () =>
  scene('talk', async page => {
    for (const key of [':', 'd', 'm']) await field(page).press(key)
    assert.deepEqual(await toldTyping(page), [])
    await field(page).fill('::')
    await field(page).fill('')
    assert.deepEqual(await toldTyping(page), [true, false])
    await field(page).fill('well')
    await field(page).fill(':well')
    assert.deepEqual(await toldTyping(page), [true, false])
  }))

test('whoever switches it off tells nobody that they type, from the very next key on', () =>
  scene('talk', async page => {
    const choose = async (isOn: boolean) => {
      await page.getByRole('button', { name: 'Settings' }).click()
      await page.getByRole('checkbox', { name: 'Let others see when I am typing' }).setChecked(isOn)
      await page.keyboard.press('Escape')
      await frames(page)
    }
    await field(page).pressSequentially('a')
    assert.deepEqual(await toldTyping(page), [true])
    await choose(false)
    await toldTyping(page)
    await field(page).pressSequentially('bc')
    await page.keyboard.press('Enter')
    assert.deepEqual(await submitted(page), ['abc'])
    assert.deepEqual(await toldTyping(page), [])
    await choose(true)
    await field(page).pressSequentially('d')
    assert.deepEqual(await toldTyping(page), [true])
  }))
