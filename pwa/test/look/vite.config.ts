import type { UserConfig } from 'vite'

/** As strict as the server's policy: what it forbids is not to be used unnoticed. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html',
].join('; ')

export default {
  root: import.meta.dirname,
  logLevel: 'warn',
  build: { target: 'es2022', modulePreload: { polyfill: false }, assetsInlineLimit: 0, emptyOutDir: true },
  preview: { host: '127.0.0.1', headers: { 'content-security-policy': POLICY } },
} satisfies UserConfig
