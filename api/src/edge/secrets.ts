import { randomBytes as drawBytes, hash } from 'node:crypto'
import type { HashSecret, RandomBytes } from '../room/ports.ts'

export const randomBytes: RandomBytes = length => drawBytes(length).toString('base64url')

export const hashSecret: HashSecret = secret => hash('sha256', Buffer.from(secret, 'base64url'), 'base64url')
