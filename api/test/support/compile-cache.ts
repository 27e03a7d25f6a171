import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// What many processes load is compiled, and stripped of its types, once: see `cli.ts`.
enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/chat-room', import.meta.url)))
