import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { chromiumPath } from './chromium.ts'

/** Draws the icons that systems want as pixels from the two drawings; run by hand when those change. */

const PUBLIC = join(import.meta.dirname, '../../public')

const ICONS = [
  ['icon.svg', 192, 'icon-192.png'],
  ['icon.svg', 512, 'icon-512.png'],
  // Apple rounds the corners itself, and shows black where nothing is drawn.
  ['icon-maskable.svg', 180, 'icon-180.png'],
  ['icon-maskable.svg', 512, 'icon-maskable-512.png'],
] as const

const browser = await chromium.launch({ executablePath: await chromiumPath(), args: ['--no-sandbox'] })
try {
  for (const [drawing, size, name] of ICONS) {
    const page = await browser.newPage({ viewport: { width: size, height: size } })
    const svg = await readFile(join(PUBLIC, drawing), 'base64')
    await page.setContent(
      `<style>* { margin: 0 }</style><img width="${size}" height="${size}" src="data:image/svg+xml;base64,${svg}">`,
    )
    await writeFile(join(PUBLIC, name), await page.screenshot({ omitBackground: true }))
    await page.close()
  }
} finally {
  await browser.close()
}
