import { readFileSync } from 'node:fs'

// What a browser runs before anybody can type is what the document names.
const document = readFileSync(new URL('dist/index.html', import.meta.url), 'utf8')
const first = [...document.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(
  ([, path]) => `dist/${path}`,
)

export default [
  { name: 'scripts before the enter screen is usable', path: first, limit: '45 KiB', gzip: true },
  {
    name: 'all scripts but OPAQUE',
    path: ['dist/assets/*.js', '!dist/assets/opaque-worker-*.js'],
    limit: '110 KiB',
    gzip: true,
  },
  { name: 'the table of aliases', path: 'dist/assets/unicode-*.json', limit: '16 KiB', gzip: true },
  { name: 'what is said in English', path: 'dist/assets/en-*.json', limit: '5 KiB', gzip: true },
  { name: 'German, as another language may be', path: 'dist/assets/de-*.json', limit: '8 KiB', gzip: true },
  { name: 'style sheets', path: 'dist/assets/*.css', limit: '10 KiB', gzip: true },
  { name: 'service worker', path: 'dist/sw.js', limit: '10 KiB', gzip: true },
]
