import {
  type Bindings,
  type ChildLoggerOptions,
  type DestinationStream,
  type Level,
  type LogFn,
  type Logger,
  type LoggerOptions,
  pino,
  stdTimeFunctions,
} from 'pino'

export type { Logger } from 'pino'

// A key of a log entry whose name has one of these in it, in any spelling (claimCode, CLAIM_CODE), is not shown.
const SECRET_WORDS = [
  'password',
  'claimcode',
  'setup',
  'record',
  'wrap',
  'secret',
  'ticket',
  'sealed',
  'authorization',
  'cookie',
  'token',
  'sessionkey',
  'exportkey',
  'privatekey',
]
const HIDDEN = '[hidden]'
const DEPTH_MAX = 6

/**
 * A logger of JSON lines on standard output, or on `destination`. pino's own `redact` takes exact paths and stops
 * at the depth they were written for, so what is logged is rebuilt here instead: secrets at any depth hidden,
 * bytes told by their number, errors by their known fields.
 */
export function createLogger(level: Level | 'silent', destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: label => ({ level: label }) },
    // Errors come here rebuilt; pino's serializer would take them for errors of an unknown kind.
    serializers: { err: error => error },
    hooks: {
      logMethod(args, method) {
        const [first, ...rest] = args
        const entry = first instanceof Error ? { err: first } : first
        method.apply(this, [clean(entry, 0), ...rest.map(value => clean(value, 0))] as Parameters<LogFn>)
      },
    },
  }
  const logger = destination ? pino(options, destination) : pino(options)
  const child: ChildFactory = logger.child
  return Object.assign(logger, {
    // Bindings of a child pass no hook of pino's.
    child(this: Logger, bindings: Bindings, options?: ChildLoggerOptions) {
      return child.call(this, cleanObject(bindings, 0), options)
    },
  })
}

type ChildFactory = (this: Logger, bindings: Bindings, options?: ChildLoggerOptions) => Logger

/** Addresses of clients are personal: they are in the log at the levels debug and trace only. */
export function withAddress(logger: Logger, address: string): Logger {
  return logger.isLevelEnabled('debug') ? logger.child({ address }) : logger
}

function cleanObject(value: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => [key, isSecret(key) ? HIDDEN : clean(held, depth + 1)]),
  )
}

function clean(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`
  if (depth >= DEPTH_MAX) return '[deeper]'
  if (value instanceof Error) return cleanError(value, depth)
  if (Array.isArray(value)) return value.map(item => clean(item, depth + 1))
  return cleanObject(value, depth)
}

function cleanError(error: Error & { code?: unknown }, depth: number): Record<string, unknown> {
  const frames = error.stack?.split('\n').filter(line => /^\s+at /.test(line)) ?? []
  return {
    type: error.name,
    // A SyntaxError of JSON.parse quotes what it could not read.
    ...(error instanceof SyntaxError ? {} : { message: error.message }),
    ...(error.code === undefined ? {} : { code: error.code }),
    ...(error.cause === undefined ? {} : { cause: clean(error.cause, depth + 1) }),
    stack: frames.map(line => line.trim()),
  }
}

function isSecret(key: string): boolean {
  const name = key.toLowerCase().replaceAll(/[^a-z]/g, '')
  return SECRET_WORDS.some(word => name.includes(word))
}
