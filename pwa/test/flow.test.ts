import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { PASSWORD } from '../../api/test/scenarios/rig/room.ts'
import { BrowserRoom } from './rig/browser-room.ts'
import type { Visitor } from './rig/visitor.ts'

const textbox = ({ page }: Visitor, name: string) => page.getByRole('textbox', { name, exact: true })
const button = ({ page }: Visitor, name: string) => page.getByRole('button', { name, exact: true })
const log = ({ page }: Visitor) => page.getByRole('log', { name: 'Messages' })
/** The row of an own message, with what became of it. */
const own = (visitor: Visitor, text: string) => log(visitor).locator('.own', { hasText: text })
const people = ({ page }: Visitor) => page.getByRole('list', { name: 'People' })

async function enter(visitor: Visitor, door: 'Set password' | 'Enter'): Promise<void> {
  await visitor.open()
  await textbox(visitor, 'Password').fill(PASSWORD)
  await button(visitor, door).click()
  await textbox(visitor, 'Alias').fill(visitor.name)
  await button(visitor, 'Join').click()
  await textbox(visitor, 'Message').waitFor()
}

async function say(visitor: Visitor, line: string): Promise<void> {
  await textbox(visitor, 'Message').fill(line)
  await textbox(visitor, 'Message').press('Enter')
}

/** All messages that are shown, in their order. */
const texts = (visitor: Visitor): Promise<string[]> => log(visitor).locator('.text').allInnerTexts()

suite('three people in three browsers', () => {
  test('M2, M3, M4, M6, M11, M12: one sets the password, others enter it, all talk, two of them alone', async () => {
    await using home = await BrowserRoom.start({ light: false })
    const [ann, bob, cleo] = [
      await home.visitor('Ann'),
      await home.visitor('Bob'),
      await home.visitor('Cleo'),
    ]
    await enter(ann, 'Set password')
    await enter(bob, 'Enter')
    await enter(cleo, 'Enter')
    for (const visitor of [ann, bob, cleo]) {
      for (const name of ['Ann', 'Bob', 'Cleo'])
        await people(visitor).getByText(name, { exact: true }).waitFor()
    }
    await say(ann, 'hello, both of you')
    // Its author has it at once, and is told when the server does.
    await own(ann, 'hello, both of you').getByText('Sent', { exact: true }).waitFor()
    await log(bob).getByText('hello, both of you').waitFor()
    await log(cleo).getByText('hello, both of you').waitFor()

    await say(bob, ':Dm Ann')
    await say(bob, 'for you alone')
    await log(ann).getByText('for you alone').waitFor()
    await own(bob, 'for you alone').getByText('Ann has it').waitFor()
    await say(bob, ':Dm All')
    await say(bob, 'for everyone again')
    await log(cleo).getByText('for everyone again').waitFor()
    // What came before it in its order was not for Cleo.
    if (await log(cleo).getByText('for you alone').count())
      throw new Error('a direct message reached a third person')

    await ann.page.locator('input[type=file]').setInputFiles({
      name: 'note.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('small enough to be fetched by itself'),
    })
    await log(bob).getByRole('button', { name: 'Save: note.txt' }).waitFor()
    await log(cleo).getByRole('button', { name: 'Save: note.txt' }).waitFor()

    await ann.context.setOffline(true)
    await say(ann, 'said without a network')
    await own(ann, 'said without a network').getByText('Waiting to be sent').waitFor()
    // By those who are there meanwhile, and before what waits, whoever wrote first.
    await say(bob, 'meanwhile')
    await log(cleo).getByText('meanwhile').waitFor()
    await say(bob, ':Dm Ann')
    await say(bob, 'meanwhile, to you')
    await own(bob, 'meanwhile, to you').getByText('Sent', { exact: true }).waitFor()
    await say(bob, ':Dm All')
    await say(bob, 'and after that')
    await log(cleo).getByText('and after that').waitFor()
    await ann.context.setOffline(false)
    await log(bob).getByText('said without a network').waitFor()
    await own(ann, 'said without a network').getByText('Sent', { exact: true }).waitFor()
    await own(bob, 'meanwhile, to you').getByText('Ann has it').waitFor()
    const order = ['meanwhile', 'meanwhile, to you', 'and after that', 'said without a network']
    assert.deepEqual((await texts(ann)).slice(-4), order)
    assert.deepEqual((await texts(bob)).slice(-4), order)
    assert.deepEqual(
      (await texts(cleo)).slice(-3),
      order.filter(text => text !== 'meanwhile, to you'),
    )
  })
  // Node has ML-KEM, which this browser computes.
  test('M6, M11: a browser and a terminal write to one another alone', async () => {
    await using home = await BrowserRoom.start()
    const ann = await home.room.member('Ann')
    const bob = await home.visitor('Bob')
    await enter(bob, 'Enter')
    await ann.event({ type: 'member-joined', alias: 'Bob' })
    ann.type(':Dm Bob')
    ann.type('from a terminal')
    await log(bob).getByText('from a terminal').waitFor()
    await say(bob, ':Dm Ann')
    await say(bob, 'from a browser')
    await ann.event({ type: 'message', from: 'Bob', text: 'from a browser' })
  })
})
