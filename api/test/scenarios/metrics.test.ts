import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { freePort } from './rig/free-port.ts'
import { PASSWORD, Room } from './rig/room.ts'

/** Values by series, as a scraper reads them. */
async function scrape(port: number): Promise<{ text: string; values: ReadonlyMap<string, number> }> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  const pairs = lines.map(
    line => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))] as const,
  )
  return { text, values: new Map(pairs) }
}

suite('scenario: what a scraper sees', () => {
  test('who is here, what was said and sent, in numbers that name nobody', async () => {
    const port = await freePort()
    const secrets = ['alice', 'bob', 'something private', 'plan.txt', '127.0.0.1', '::1']
    await using room = await Room.start({
      light: true,
      env: { METRICS_PORT: String(port), MAX_CONNECTIONS: '50' },
    })
    assert.equal((await scrape(port)).values.get('chat_room_members{presence="here"}'), 0)
    const [alice, bob] = await room.members('alice', 'bob')
    alice.type('something private')
    await bob.event({ type: 'message', text: 'something private' })
    alice.type(':Dm bob', 'for you alone')
    await bob.event({ type: 'message', text: 'for you alone' })
    await writeFile(join(alice.directory, 'plan.txt'), 'x'.repeat(300_000))
    alice.type(':File plan.txt')
    await bob.event({ type: 'file-received' })
    await alice.event({ type: 'file-delivered' })
    const eve = await room.person('eve')
    await eve.event({ type: 'prompt', for: 'password' })
    eve.type('not this one')
    await eve.event({ type: 'error', code: 'wrong-password' })

    const { text, values } = await scrape(port)
    const value = (series: string) => values.get(`chat_room_${series}`)
    assert.equal(value('rooms'), 1)
    assert.equal(value('members{presence="here"}'), 2)
    assert.equal(value('entering'), 1)
    assert.equal(value('connections{kind="room"}'), 3)
    assert.equal(value('connections{kind="segments"}'), 2)
    assert.equal(value('connections_limit'), 50)
    const group = value('messages_total{kind="group"}') ?? 0
    const direct = value('messages_total{kind="direct"}') ?? 0
    assert.ok(group >= 1 && direct >= 2, `${group} ${direct}`)
    assert.equal(value('fan_out_seconds_count'), group + direct)
    for (const direction of ['in', 'out']) {
      const bytes = value(`segment_bytes_total{direction="${direction}"}`) ?? 0
      assert.ok(bytes > 300_000 && bytes < 400_000, `${direction}: ${bytes}`)
    }
    assert.equal(value('logins_total{outcome="admitted"}'), 2)
    assert.equal(value('creations_total{outcome="started"}'), 1)
    assert.ok((value('logins_total{outcome="started"}') ?? 0) >= 2)
    assert.equal(value('errors_total'), 0)
    assert.ok((value('certificate_ends_timestamp_seconds') ?? 0) > Date.now() / 1_000)
    for (const series of ['database_bytes', 'disk_free_bytes', 'segment_quota_used_bytes']) {
      assert.ok((value(series) ?? 0) > 0, series)
    }
    assert.ok((values.get('process_resident_memory_bytes') ?? 0) > 1e7)
    for (const secret of [...secrets, PASSWORD]) assert.ok(!text.includes(secret), secret)
    // Neither do ids: of what a series bears, all is known beforehand.
    const labels = [...text.matchAll(/="([^"]*)"/g)].map(([, label = '']) => label)
    assert.deepEqual(
      labels.filter(label => !/^(?:[a-z-]{2,15}|[\d.]+|\+Inf)$/.test(label)),
      [],
    )
  })

  test('no port is opened unless it is asked for', async () => {
    await using room = await Room.start({ light: true })
    const line = await room.server.stderr.take('its first word', each => each.includes('the room is open'))
    const opened = JSON.parse(line)
    assert.equal(opened.port, room.port)
    assert.equal(opened.metricsPort, undefined)
  })
})
