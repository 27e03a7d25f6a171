import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type Manifest, parseManifests, typeErrors } from './manifests.ts'
import { misspell } from './misspelling.ts'
import { type Outcome, Workplace } from './tools.ts'

const build = (place: Workplace, overlay: string): Outcome =>
  place.run('/usr/bin/kubectl', ['kustomize', place.inside('kubernetes', overlay)])

function built(overlay: string, misspelt?: readonly [path: string, line: string]): readonly Manifest[] {
  using place = new Workplace('kubernetes')
  if (misspelt !== undefined) misspell(place.path('kubernetes', misspelt[0]), misspelt[1])
  const { status, stdout, stderr } = build(place, overlay)
  assert.equal(status, 0, stderr)
  return parseManifests(stdout)
}

const MISSPELT = {
  Namespace: ['base', 'base/namespace.yaml', 'labels:'],
  PersistentVolumeClaim: ['base', 'base/volume.yaml', 'accessModes:'],
  Deployment: ['base', 'base/deployment.yaml', 'readOnlyRootFilesystem:'],
  Service: ['base', 'base/service.yaml', 'externalTrafficPolicy:'],
  NetworkPolicy: ['base', 'base/network-policy.yaml', 'egress:'],
  TLSRoute: ['gateway', 'gateway/routes.yaml', 'namespace: gateways, sectionName: tls'],
} as const

/** What is looked for in the set that `built` makes with the `kind`'s line misspelt. */
const KINDS = Object.keys(MISSPELT) as (keyof typeof MISSPELT)[]

const sets = new Map<string, readonly Manifest[]>([
  ['base', built('base')],
  ['gateway', built('gateway')],
  ...KINDS.map(kind => {
    const [overlay, path, line] = MISSPELT[kind]
    return [kind, built(overlay, [path, line])] as const
  }),
])
const errors = typeErrors(sets)

const find = (set: string, kind: string): Manifest => {
  const found = sets.get(set)?.find(each => each.kind === kind)
  assert.ok(found, `${set} has a ${kind}`)
  return found
}

suite('infra/kubernetes', () => {
  for (const set of ['base', 'gateway']) {
    test(`${set} is what kubectl builds, of the types that the API has`, () => {
      assert.deepEqual(errors.get(set), [])
    })
  }

  for (const kind of KINDS) {
    test(`misspelt "${MISSPELT[kind][2]}" in a ${kind} is refused`, () => {
      const [found = ''] = errors.get(kind) ?? []
      assert.match(found, /does not exist in type|may only specify known properties|is missing/)
    })
  }

  test('a misspelt line of a kustomization is refused', () => {
    for (const [overlay, line] of [
      ['base', 'newTag: 0.1.0'],
      ['gateway', 'fieldPaths: [spec.hostnames.0]\n      - select'],
    ] as const) {
      using place = new Workplace('kubernetes')
      misspell(place.path('kubernetes', overlay, 'kustomization.yaml'), line)
      const { status, stderr } = build(place, overlay)
      assert.notEqual(status, 0)
      assert.match(stderr, /unknown field/)
    }
  })

  test('one pod at a time has the volume, the image and the name that are said once', () => {
    const { spec } = find('base', 'Deployment') as unknown as {
      spec: {
        replicas: number
        strategy: { type: string }
        template: { spec: { containers: [{ image: string; envFrom: [{ configMapRef: { name: string } }] }] } }
      }
    }
    assert.equal(spec.replicas, 1)
    assert.equal(spec.strategy.type, 'Recreate')
    const [container] = spec.template.spec.containers
    assert.equal(container.image, 'registry.example.org/chat-room:0.1.0')
    const { metadata, data } = find('base', 'ConfigMap') as unknown as {
      metadata: { name: string }
      data: { DOMAIN: string }
    }
    assert.equal(container.envFrom[0].configMapRef.name, metadata.name)
    assert.equal(data.DOMAIN, 'chat.example.org')
  })

  test('behind a Gateway both routes lead to the name, and there is no load balancer', () => {
    for (const kind of ['TLSRoute', 'HTTPRoute']) {
      const { spec } = find('gateway', kind) as unknown as { spec: { hostnames: readonly string[] } }
      assert.deepEqual(spec.hostnames, ['chat.example.org'])
    }
    const { spec } = find('gateway', 'Service') as unknown as { spec: { type: string } }
    assert.equal(spec.type, 'ClusterIP')
  })
})
