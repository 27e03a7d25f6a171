import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

const SCHEMES = ['light', 'dark'] as const

/** Pictures of screens, each in light and in dark, as `<screen>-<device>-<scheme>.png`. */
export class Album {
  readonly #folder: string
  readonly #pictures = new Map<string, Buffer>()

  static async in(folder: string): Promise<Album> {
    await mkdir(folder, { recursive: true })
    return new Album(folder)
  }

  private constructor(folder: string) {
    this.#folder = folder
  }

  async take(screen: string, device: string, page: Page): Promise<void> {
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))
      const name = `${screen}-${device}-${colorScheme}`
      // A blinking caret is there or not.
      const picture = await page.screenshot({ caret: 'hide' })
      this.#pictures.set(name, picture)
      await writeFile(join(this.#folder, `${name}.png`), picture)
    }
  }

  async publish(name: string, path: string): Promise<void> {
    const picture = this.#pictures.get(name)
    if (picture === undefined) throw new Error(`no picture was taken of ${name}`)
    await writeFile(path, picture)
  }
}
