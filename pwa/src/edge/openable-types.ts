/**
 * What a browser may show of others' files. A `blob:` URL has the origin of the page that made it: a type that can carry
 * script (HTML, SVG, XML) is not among them, so that such a file is only ever saved.
 */
const TYPES: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  bmp: 'image/bmp',
  gif: 'image/gif',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  m4a: 'audio/mp4',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  ogg: 'audio/ogg',
  pdf: 'application/pdf',
  png: 'image/png',
  txt: 'text/plain',
  wav: 'audio/wav',
  webm: 'video/webm',
  webp: 'image/webp',
}

const SAVED_ONLY = 'application/octet-stream'

/** By the name's last extension; `SAVED_ONLY` for everything else. */
export function openableType(name: string): string {
  const [, extension = ''] = /[^.]\.([^.]+)$/.exec(name) ?? []
  return TYPES[extension.toLowerCase()] ?? SAVED_ONLY
}
