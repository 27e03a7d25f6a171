import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plugin } from 'rolldown'

/** The package that a module belongs to: its directory. */
const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/
const LICENCE = /^licen[cs]e(\.(md|txt))?$/i

/** What is bundled is copied, and licences want to come along: `licences.txt` has each package, its version and its licence. */
export const licences: Plugin = {
  name: 'licences',
  async generateBundle() {
    const packages = new Set([...this.getModuleIds()].flatMap(path => PACKAGE.exec(path) ?? []))
    const texts = await Promise.all([...packages].sort().map(describe))
    this.emitFile({ type: 'asset', fileName: 'licences.txt', source: texts.join('\n\n') })
  },
}

async function describe(directory: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'))
  const files = (await readdir(directory)).filter(file => LICENCE.test(file))
  const texts = await Promise.all(files.map(file => readFile(join(directory, file), 'utf8')))
  return [`== ${name} ${version}, ${license}`, ...texts].join('\n\n')
}
