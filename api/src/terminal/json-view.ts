import type { ClientEvent, TransferView } from '@chat-room/client'

type Fields = { readonly [Type in ClientEvent['type']]?: readonly string[] }

/** Of each file that `:Files` lists. */
const TRANSFER: readonly (keyof TransferView)[] = [
  'number',
  'transfer',
  'direction',
  'with',
  'name',
  'folder',
  'size',
  'done',
  'state',
  'waitsFor',
  'speed',
  'remaining',
  'path',
  'has',
  'declined',
]

/**
 * What scripts may build on: the fields of these types are a promise. Those left out are the core's own business; types
 * that are not named here are written as they are.
 */
const PROMISED: Fields = {
  room: ['state'],
  prompt: ['for'],
  joined: ['alias'],
  'member-joined': ['alias'],
  'member-left': ['alias'],
  'member-away': ['alias'],
  'member-back': ['alias'],
  'new-key': ['alias'],
  message: ['from', 'to', 'text', 'seq', 'at', 'history', 'written'],
  said: ['id', 'to', 'text'],
  sent: ['id', 'seq'],
  aliases: ['aliases', 'unverified'],
  target: ['to'],
  'file-offered': ['from', 'name', 'size', 'folder', 'transfer', 'history'],
  'file-said': ['transfer', 'to', 'name', 'size', 'folder'],
  'file-progress': ['transfer', 'received', 'size', 'speed'],
  'file-resumed': ['transfer', 'direction', 'name', 'received', 'size'],
  'file-interrupted': ['transfer', 'name', 'size'],
  'file-waiting': ['transfer', 'for'],
  'file-received': ['transfer', 'name', 'path', 'size', 'sha256'],
  'file-sent': ['transfer', 'to'],
  'file-delivered': ['transfer', 'to'],
  'file-declined': ['transfer', 'by'],
  'file-ended': ['transfer', 'reason'],
  files: ['files', ...TRANSFER],
  undelivered: ['to', 'id'],
  gap: ['missed'],
  connection: ['state'],
  error: ['code', 'message'],
}

/** One event as one line of JSON, without its line end. */
export function jsonLine(event: ClientEvent): string {
  const fields = PROMISED[event.type]
  const json = JSON.stringify(event, fields === undefined ? null : ['type', ...fields])
  // The same JSON, yet nothing in it that a terminal would obey or that would end the line for somebody.
  return json.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]/gu, escapeUnits)
}

const escapeUnits = (character: string): string =>
  character
    .split('')
    .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
