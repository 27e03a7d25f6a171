import { parentPort } from 'node:worker_threads'
import { createOpaqueStretch } from '@chat-room/client/opaque-stretch'
import { answerCalls } from './stretch-calls.ts'

if (parentPort === null) throw new Error('this module is the body of a worker')
answerCalls(parentPort, createOpaqueStretch())
