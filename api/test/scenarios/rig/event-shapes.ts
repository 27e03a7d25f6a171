type Check = (value: unknown) => boolean
type Shape = {
  readonly fields: Readonly<Record<string, Check>>
  readonly optional?: Readonly<Record<string, Check>>
}

const text: Check = value => typeof value === 'string' && value !== ''
const count: Check = value => Number.isSafeInteger(value) && (value as number) >= 0
const amount: Check = value => typeof value === 'number' && Number.isFinite(value) && value >= 0
const one =
  (...values: readonly unknown[]): Check =>
  value =>
    values.includes(value)
/** 16 bytes, base64url. */
const id: Check = value => typeof value === 'string' && /^[\w-]{22}$/.test(value)
const sha256: Check = value => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
const texts: Check = value => Array.isArray(value) && value.every(text)

const optionally =
  (check: Check): Check =>
  value =>
    value === undefined || check(value)

/** Of each file that `:Files` lists. */
const TRANSFER: Readonly<Record<string, Check>> = {
  number: count,
  transfer: id,
  direction: one('in', 'out'),
  with: text,
  name: text,
  folder: optionally(text),
  path: optionally(text),
  size: count,
  done: count,
  state: one('offered', 'checking', 'running', 'paused', 'waiting', 'interrupted', 'done', 'ended'),
  waitsFor: optionally(one('slower-receivers', 'sender')),
  speed: optionally(amount),
  remaining: optionally(amount),
  has: optionally(texts),
  declined: optionally(texts),
}

const transfers: Check = value =>
  Array.isArray(value) &&
  value.every(
    each =>
      Object.entries(TRANSFER).every(([field, check]) => check(each[field])) &&
      Object.keys(each).every(field => field in TRANSFER),
  )

/** What scripts build on: every event type that is promised, with exactly these fields beside `type`. */
export const EVENT_SHAPES: Readonly<Record<string, Shape>> = {
  room: { fields: { state: one('unclaimed', 'claimed') } },
  prompt: { fields: { for: one('password', 'alias', 'claim-code') } },
  joined: { fields: { alias: text } },
  'member-joined': { fields: { alias: text } },
  'member-left': { fields: { alias: text } },
  'member-away': { fields: { alias: text } },
  'member-back': { fields: { alias: text } },
  'new-key': { fields: { alias: text } },
  message: {
    fields: { from: text, to: text, text, seq: count, at: count },
    // `written`: when, if it waited in an outbox.
    optional: { history: one(true), written: count },
  },
  said: { fields: { id, to: text, text } },
  sent: { fields: { id, seq: count } },
  aliases: { fields: { aliases: texts }, optional: { unverified: count } },
  target: { fields: { to: text } },
  'file-offered': {
    fields: { from: text, name: text, size: count, transfer: id },
    optional: { folder: text, history: one(true) },
  },
  'file-said': { fields: { transfer: id, to: text, name: text, size: count }, optional: { folder: text } },
  'file-progress': { fields: { transfer: id, received: count, size: count }, optional: { speed: amount } },
  'file-resumed': {
    fields: { transfer: id, direction: one('in', 'out'), name: text, received: count, size: count },
  },
  'file-interrupted': { fields: { transfer: id, name: text, size: count } },
  'file-waiting': { fields: { transfer: id, for: one('slower-receivers', 'sender') } },
  'file-received': { fields: { transfer: id, name: text, path: text, size: count, sha256 } },
  'file-sent': { fields: { transfer: id, to: text } },
  'file-delivered': { fields: { transfer: id, to: text } },
  'file-declined': { fields: { transfer: id, by: text } },
  'file-ended': { fields: { transfer: id, reason: text } },
  files: { fields: { files: transfers } },
  undelivered: { fields: { to: text, id } },
  gap: { fields: { missed: count } },
  connection: { fields: { state: one('connecting', 'online', 'offline') } },
  error: { fields: { code: text, message: text } },
}

/** What is wrong with an event; undefined if it is as promised, or of a type that nothing was promised of. */
export function checkShape(event: Readonly<Record<string, unknown>>): string | undefined {
  const { type, ...found } = event
  if (!text(type)) return 'no type'
  const shape = EVENT_SHAPES[type as string]
  if (shape === undefined) return undefined
  const { fields, optional = {} } = shape
  for (const [field, check] of Object.entries(fields)) {
    if (!check(found[field])) return `${type}.${field} is missing or wrong`
  }
  for (const [field, value] of Object.entries(found)) {
    if (fields[field] === undefined && optional[field]?.(value) !== true) {
      return `${type}.${field} is not promised or wrong`
    }
  }
  return undefined
}
