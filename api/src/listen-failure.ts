import { StartFailure } from './start-failure.ts'

/** Why a port cannot be opened, and what to do. */
export function listenFailure(error: unknown, host: string, port: number): StartFailure {
  const { code = '' } = error as NodeJS.ErrnoException
  const message = PROBLEMS[code]?.(host, port) ?? `cannot listen on ${host}, port ${port}: ${code}`
  return new StartFailure(message, { cause: error })
}

const PROBLEMS: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (_, port) =>
    `port ${port} is in use: end the other program, or choose another port (PORT, HTTP_PORT, METRICS_PORT)`,
  EACCES: (_, port) =>
    `port ${port} may not be used without privileges: choose one above 1023 (PORT, HTTP_PORT, METRICS_PORT)`,
  EADDRNOTAVAIL: host => `this machine has no address ${host} (HOST, METRICS_HOST)`,
}
