import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { SHARED, type Shared } from '../edge/share-calls.ts'
import { LeftLuggage } from './left-luggage.ts'
import { receiveShare } from './shares.ts'

const MIB = 2 ** 20

beforeEach(() => {
  mock.timers.enable({ apis: ['setTimeout'] })
  // A worker's own takes addresses below its origin; there is none here.
  mock.method(Response, 'redirect', (to: string, status: number) => {
    return new Response(null, { status, headers: { Location: to } })
  })
})
afterEach(() => mock.reset())

/** A file of so many MiB that takes the memory of one: blobs are made of blobs. */
function file(name: string, mebibytes: number): File {
  const one = new Blob([new Uint8Array(MIB)])
  return new File(Array<Blob>(mebibytes).fill(one), name)
}

/** What becomes of a form of these fields, and the luggage it lies in under an id. */
async function share(fields: readonly (readonly [name: string, value: string | File])[]) {
  const form = new FormData()
  for (const [name, value] of fields) {
    form.append(name, value)
  }
  return receive({ formData: async () => form })
}

async function receive(request: Pick<Request, 'formData'>) {
  const luggage = new LeftLuggage()
  const { status, headers } = await receiveShare(request as Request, luggage)
  assert.equal(status, 303)
  const id = new URL(headers.get('Location') ?? '', 'https://room.example').searchParams.get(SHARED) ?? ''
  return { id, luggage }
}

const fetched = ({ id, luggage }: Awaited<ReturnType<typeof receive>>) =>
  luggage.fetch(id) as Shared | undefined

test('files of 1 GiB together are taken, with their names, dates and texts', async () => {
  const dated = new File(['gull'], 'gull.txt', { type: 'text/plain', lastModified: 7 })
  const taken = fetched(
    await share([
      ['title', 'The harbour'],
      ['text', 'look'],
      ['url', 'look'],
      ['files', dated],
      ['files', file('film.mp4', 1_023)],
    ]),
  )
  assert.equal(taken?.text, 'The harbour\nlook')
  assert.equal(taken?.isTooLarge, undefined)
  assert.deepEqual(
    taken?.files.map(({ name, size }) => [name, size]),
    [
      ['gull.txt', 4],
      ['film.mp4', 1_023 * MIB],
    ],
  )
  assert.deepEqual([taken?.files[0]?.type, taken?.files[0]?.lastModified], ['text/plain', 7])
})

test('of more than 1 GiB together none is kept, and it is said: the text alone is', async () => {
  const most = [
    ['text', 'look'],
    ['files', file('a.mp4', 512)],
    ['files', file('b.mp4', 512)],
  ] as const
  assert.equal(fetched(await share(most))?.files.length, 2)
  const more = [...most, ['files', new File(['x'], 'c.txt')]] as const
  assert.deepEqual(fetched(await share(more)), { text: 'look', files: [], isTooLarge: true })
})

test('what is no form is nothing, and a text in the place of a file is no file', async () => {
  const failing = { formData: () => Promise.reject(new TypeError('no form')) }
  assert.deepEqual(fetched(await receive(failing)), { text: '', files: [] })
  assert.deepEqual(fetched(await share([['files', 'not one']])), { text: '', files: [] })
})

test('it is given out once, and to nobody who comes after a minute', async () => {
  const once = await share([['text', 'look']])
  mock.timers.tick(59_999)
  assert.equal(fetched(once)?.text, 'look')
  assert.equal(fetched(once), undefined)
  const late = await share([['text', 'look']])
  mock.timers.tick(60_000)
  assert.equal(fetched(late), undefined)
})
