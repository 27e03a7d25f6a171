/**
 * Expected refusals: the socket lives on, the client may do something else. The text is what a person is told when
 * the client has nothing better to say.
 */
export const REFUSALS = {
  'wrong-state': 'that message does not belong here now',
  'already-claimed': 'somebody else set the password first',
  unclaimed: 'this room has no password yet',
  'claim-code': 'the claim code is wrong',
  'slow-down': 'too many attempts; wait and try again',
  'wrong-password': 'the password is wrong',
  'login-expired': 'the login took too long; try again',
  'alias-taken': 'somebody in the room has this alias, or one that looks like it',
  'member-taken': 'this member id is in use',
  'room-full': 'the room is full',
  'unknown-secret': 'the server does not know this resume secret any more',
  'unknown-recipient': 'this member is not in the room any more',
  'mailbox-full': 'this member has too many unread direct messages waiting',
  'quota-full': 'the server has no room for this file now',
  'too-large': 'the file is larger than the server may keep',
  'disk-full': "the server's disk is full",
  'unknown-transfer': 'this file is not available any more',
  'not-yours': 'this file was not sent to you',
  'wrong-upload-secret': 'this file belongs to another sender',
  'transfer-mismatch': 'this file was announced differently before',
  /** Never sent: what a client makes of a code that it does not know. */
  'unknown-reason': 'the server refuses it for a reason that this version does not know',
} as const

export type RefusalCode = keyof typeof REFUSALS

export const isRefusalCode = (code: string): code is RefusalCode => Object.hasOwn(REFUSALS, code)
