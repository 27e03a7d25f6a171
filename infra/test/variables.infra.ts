import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { parse as parseToml } from 'smol-toml'
import { parse as parseYaml } from 'yaml'
import { settings } from '../../api/src/settings.ts'

const INFRA = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(INFRA, path), 'utf8')

/** The variables that each file gives to the room. */
const GIVEN: Readonly<Record<string, () => readonly string[]>> = {
  'compose/compose.yaml': () =>
    Object.keys(parseYaml(read('compose/compose.yaml')).services.room.environment),
  'quadlet/chat-room.container': () =>
    [...read('quadlet/chat-room.container').matchAll(/^Environment=(\w+)=/gm)].map(([, name = '']) => name),
  'fly/fly.toml': () => Object.keys(parseToml(read('fly/fly.toml'))['env'] as object),
  'kubernetes/base/kustomization.yaml': () =>
    parseYaml(read('kubernetes/base/kustomization.yaml')).configMapGenerator[0].literals.map(
      (each: string) => each.split('=')[0],
    ),
  'render/render.yaml': () =>
    parseYaml(read('render/render.yaml')).services[0].envVars.map(({ key }: { key: string }) => key),
}

/** What a person or a program reads here. */
const FILES = globSync('**/*.{md,yaml,toml,container}', { cwd: INFRA })

suite('infra', () => {
  for (const [path, names] of Object.entries(GIVEN)) {
    test(`${path} gives the room variables that it has, the name among them`, () => {
      const given = names()
      assert.ok(given.includes('DOMAIN'))
      for (const name of given) assert.ok(Object.hasOwn(settings, name), name)
    })
  }

  test('every variable that is spoken of exists', () => {
    assert.ok(FILES.length > 20)
    for (const path of FILES) {
      for (const [name] of read(path).matchAll(/\b[A-Z]+(?:_[A-Z]+)+\b/g)) {
        assert.ok(Object.hasOwn(settings, name), `${path}: ${name}`)
      }
    }
  })

  test('what the image has is called by the path that it has it under', () => {
    const image = read('../Dockerfile')
    const called = FILES.flatMap(path => [...read(path).matchAll(/\/app\/([\w./-]+\.\w+)/g)])
    assert.ok(called.length > 5)
    for (const [, name = ''] of called) assert.ok(image.includes(name), name)
  })

  test('the image and the name are each said in one place', () => {
    for (const path of ['quadlet/chat-room.container', 'cloud-init/user-data.yaml']) {
      assert.equal(read(path).split('registry.example.org/chat-room:0.1.0').length, 2, path)
      assert.equal(read(path).split('chat.example.org').length, 2, path)
    }
    const kustomization = read('kubernetes/base/kustomization.yaml')
    assert.equal(kustomization.split('registry.example.org').length, 2)
    assert.equal(kustomization.split('chat.example.org').length, 2)
    assert.equal(read('fly/fly.toml').split('chat.example.org').length, 2)
  })
})
