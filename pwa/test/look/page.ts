import '../../src/styles/app.css'
import { unsaved } from '../../src/controllers/unsaved.ts'
import { ChatApp } from '../../src/elements/chat-app.ts'
import { FakeClient } from './fake-client.ts'
import { SCENES } from './scenes.ts'

const chosen = new URLSearchParams(location.search)
const app = document.querySelector('chat-app')
if (!(app instanceof ChatApp)) throw new Error('the page has no chat-app')

const GIB = 2 ** 30

const client = new FakeClient()
app.preferences = {
  ...app.preferences,
  language: chosen.get('language') === 'ar' ? 'ar' : chosen.get('language') === 'de' ? 'de' : 'en',
}
let stays = chosen.has('stays')
app.device = {
  intake: {
    take: async items =>
      Array.from(
        items instanceof DataTransfer ? items.files : items,
        file => file.webkitRelativePath || file.name,
      ),
  },
  shelf: {
    get: async (_, name) => new File([await drawn()], name, { type: 'image/png' }),
    save: async () => true,
    plan: async size => (size > 4 * GIB ? 'stream' : size > GIB ? 'chosen' : 'disk'),
  },
  staying: {
    get stays() {
      return stays
    },
    stay: async isChosen => {
      stays = isChosen && !chosen.has('forgetful')
      return stays
    },
    forget: async () => {
      document.documentElement.dataset['forgotten'] = ''
    },
    received: async () => [],
  },
}

/** A picture that needs no file. */
async function drawn(): Promise<Blob> {
  const canvas = new OffscreenCanvas(640, 360)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('nothing can be drawn here')
  for (const [index, colour] of ['#cfe3ea', '#9dc2cf', '#5d93a8', '#2c6379'].entries()) {
    context.fillStyle = colour
    context.fillRect(0, index * 90, 640, 90)
  }
  return await canvas.convertToBlob()
}

app.use(client)
SCENES[chosen.get('scene') ?? 'enter']?.(client)
Object.assign(globalThis, { client, app, unsaved })
