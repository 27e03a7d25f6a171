import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { parse } from 'yaml'
import { misspell } from './misspelling.ts'
import { type Outcome, Workplace } from './tools.ts'

function assertFine({ status, stderr }: Outcome): void {
  assert.equal(status, 0, stderr)
}

function assertRefused({ status, stderr }: Outcome, reason: RegExp): void {
  assert.match(stderr, reason)
  assert.notEqual(status, 0)
}

suite('infra/compose', () => {
  const read = (place: Workplace, domain = 'chat.example.org') =>
    place.run(
      '/usr/bin/docker-compose',
      ['--file', place.inside('compose/compose.yaml'), 'config', '--format=json'],
      { DOMAIN: domain },
    )

  test('is what Docker Compose reads; the name is the one thing that has to be said', () => {
    using place = new Workplace('compose')
    const outcome = read(place)
    assertFine(outcome)
    const { room } = JSON.parse(outcome.stdout).services
    assert.equal(room.environment.DOMAIN, 'chat.example.org')
    assert.equal(room.read_only, true)
    const ports = room.ports.map((port: { published: string; target: number }) => [
      port.published,
      port.target,
    ])
    assert.deepEqual(ports, [
      ['443', 8443],
      ['80', 8080],
    ])
    assertRefused(read(place, ''), /give the public name/)
  })

  for (const line of ['name: chat-room', 'read_only: true', 'build: ../..']) {
    test(`misspelt "${line}" is refused`, () => {
      using place = new Workplace('compose')
      misspell(place.path('compose/compose.yaml'), line)
      assertRefused(read(place), /not allowed/)
    })
  }
})

suite('infra/quadlet', () => {
  /** Podman makes units of systemd from the files, and systemd reads those. */
  function read(place: Workplace): Outcome {
    const made = place.run('/usr/libexec/podman/quadlet', ['-dryrun'], {
      QUADLET_UNIT_DIRS: place.inside('quadlet'),
    })
    if (made.status !== 0) return made
    const [, room = ''] = made.stdout.split('---chat-room.service---\n')
    writeFileSync(place.path('chat-room.service'), room)
    const { status, stderr } = place.run('/usr/bin/systemd-analyze', [
      'verify',
      '--man=no',
      '--recursive-errors=no',
      place.inside('chat-room.service'),
    ])
    return { status: /Unknown|Failed to parse/.test(stderr) ? 1 : status, stdout: room, stderr }
  }

  test('is what Podman makes a service of, and systemd reads', () => {
    using place = new Workplace('quadlet')
    const outcome = read(place)
    assertFine(outcome)
    for (const option of ['--read-only ', '--cap-drop all', '--publish 443:8443', '-v chat-data:/data']) {
      assert.ok(outcome.stdout.includes(option), option)
    }
  })

  for (const line of ['PublishPort=443', 'ReadOnly=true', 'After=network', 'TimeoutStartSec=300']) {
    test(`misspelt "${line}" is refused`, () => {
      using place = new Workplace('quadlet')
      misspell(place.path('quadlet/chat-room.container'), line)
      assertRefused(read(place), /unsupported key|Unknown key/)
    })
  }

  test('misspelt "VolumeName" is refused', () => {
    using place = new Workplace('quadlet')
    misspell(place.path('quadlet/chat-data.volume'), 'VolumeName=')
    assertRefused(read(place), /unsupported key/)
  })
})

suite('infra/cloud-init', () => {
  const read = (place: Workplace) =>
    place.run('/usr/bin/cloud-init', ['schema', '--config-file', place.inside('cloud-init/user-data.yaml')])

  test('is what cloud-init reads', () => {
    using place = new Workplace('cloud-init')
    assertFine(read(place))
  })

  test('sets up the units of infra/quadlet, as they are', () => {
    using place = new Workplace('cloud-init', 'quadlet')
    const { write_files: files } = parse(readFileSync(place.path('cloud-init/user-data.yaml'), 'utf8'))
    for (const [index, name] of ['chat-room.container', 'chat-data.volume'].entries()) {
      assert.equal(files[index].path, `/etc/containers/systemd/${name}`)
      assert.equal(files[index].content, readFileSync(place.path('quadlet', name), 'utf8'))
    }
  })

  for (const line of ['runcmd:', 'packages:', '  - path: /etc/containers/systemd/chat-data.volume']) {
    test(`misspelt "${line.trim()}" is refused`, () => {
      using place = new Workplace('cloud-init')
      misspell(place.path('cloud-init/user-data.yaml'), line)
      assertRefused(read(place), /Additional properties are not allowed|is a required property/)
    })
  }
})
