import { failed, print, readConfig } from '../command-line.ts'
import { examine } from '../doctor/examine.ts'
import { describeFindings } from '../doctor/finding.ts'
import { PAGES } from '../pages.ts'

const USAGE = `chat-room doctor [the settings of serve]
Looks at the configuration, the certificate, the clock, the disk, the ports and the name, and says what to do. Changes
nothing; a server may run meanwhile. Ends with 1 if there is a problem, with 2 if a setting is wrong.
`

/** Resolves to the exit status. */
export async function doctor(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help')) return print(USAGE)
  const config = readConfig(argv)
  if (config === undefined) return 2
  try {
    const findings = await examine(config, PAGES, Date.now)
    print(describeFindings(findings))
    return findings.some(({ level }) => level === 'problem') ? 1 : 0
  } catch (error) {
    return failed(error)
  }
}
