import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isThere, LOOKS, open, SHOTS, show, violationsOf } from './shots.ts'
import { setStage } from './stage.ts'

/** Every screen as a picture, and looked over by axe: `node pwa/test/look/screens.ts [folder] [scene or look…]`. */

const [folder = join(tmpdir(), 'chat-room-screens'), ...only] = process.argv.slice(2)
const looks = LOOKS.filter(({ name }) => only.includes(name))
const scenes = only.filter(each => !LOOKS.some(({ name }) => name === each))
let violations = 0

await using stage = await setStage()
await mkdir(folder, { recursive: true })
for (const look of looks.length > 0 ? looks : LOOKS) {
  const { page, context } = await open(stage, look, text => console.error(look.name, text))
  for (const shot of SHOTS) {
    const { as = shot.scene } = shot
    if ((scenes.length > 0 && !scenes.includes(as)) || !isThere(shot, look)) continue
    await show(page, stage, shot, look)
    await page.screenshot({ path: join(folder, `${as}-${look.name}.png`) })
    for (const violation of await violationsOf(page)) {
      violations++
      console.error(`${as} ${look.name}: ${violation}`)
    }
  }
  await context.close()
}
console.log(`${violations} axe violations; pictures in ${folder}`)
process.exitCode = violations === 0 ? 0 : 1
