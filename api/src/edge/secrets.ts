import { createHash, randomBytes as drawBytes } from 'node:crypto'
import type { HashSecret, RandomBytes } from '../room/ports.ts'

export const randomBytes: RandomBytes = length => drawBytes(length).toString('base64url')

export const hashSecret: HashSecret = secret =>
  createHash('sha256').update(secret, 'base64url').digest('base64url')
