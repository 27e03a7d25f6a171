import { createHash, randomFillSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClientEvent } from '@chat-room/client'
import { createCore, enter, nextEvent } from '../clients/core.ts'
import { type Contestant, contest } from '../results/contest.ts'
import { contestTable } from '../results/contest-table.ts'
import type { Workload } from '../workload.ts'

const MEBIBYTES = { quick: 16, usual: 128, full: 1_024 } as const
const MIB = 1024 * 1024

/** From the command to the verified file under its name: reading, sealing, relay, opening, hashing and writing. */
export const file: Workload = {
  name: 'file',
  about: 'a file from one real client to another, encrypted and verified',
  async *run({ servers, scale, rounds }) {
    await using server = await servers.start('chat-room')
    const size = MEBIBYTES[scale] * MIB
    const [here, there] = [
      await mkdtemp(join(servers.directory, 'from-')),
      await mkdtemp(join(servers.directory, 'to-')),
    ]
    const content = randomFillSync(Buffer.alloc(size))
    const sha256 = createHash('sha256').update(content).digest('hex')
    await writeFile(join(here, 'file.bin'), content)

    const place = { url: server.url, caPath: servers.caPath, room: 'main' }
    const sender = createCore({ ...place, directory: here })
    const receiver = createCore({ ...place, directory: there })
    await enter(sender, 'Sender')
    await enter(receiver, 'Receiver')
    const work = async () => {
      const received = nextEvent(receiver, isReceived)
      sender.submit(':File file.bin')
      const event = await received
      if (!isReceived(event) || event.sha256 !== sha256)
        throw new Error('another file was received than was sent')
      await rm(join(there, event.path))
      return { units: size / 1e6 }
    }
    const contestants: readonly Contestant[] = [{ name: 'chat-room', server, work }]
    const outcomes = await contest(contestants, Math.min(rounds, 5))
    await Promise.all([sender.stop(), receiver.stop()])
    const unit = { cost: 'ms/MB', scale: 1000, rate: 'MB/s' }
    const note = 'Both clients are one process on the load’s core: where that is busy, they are the limit.'
    yield contestTable(`A file of ${MEBIBYTES[scale]} MiB between two clients`, unit, outcomes, note)
  },
}

type Received = Extract<ClientEvent, { readonly type: 'file-received' }>

const isReceived = (event: ClientEvent): event is Received => event.type === 'file-received'
