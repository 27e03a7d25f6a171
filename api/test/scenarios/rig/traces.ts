/**
 * Forms in which a text may lie in bytes without being hidden: UTF-8 and UTF-16, hexadecimal, and base64 at each of the
 * three places where a group of its letters can begin. In small letters, as the haystack is looked through.
 */
function tracesOf(text: string): readonly string[] {
  const forms = new Set<string>()
  for (const variant of [text, text.toLowerCase(), text.toUpperCase(), text.normalize('NFD')]) {
    const utf8 = Buffer.from(variant)
    const utf16 = Buffer.from(variant, 'utf16le')
    for (const bytes of [utf8, utf16, Buffer.from(utf16).swap16()]) {
      forms.add(bytes.toString('latin1'))
      forms.add(bytes.toString('hex'))
      for (let before = 0; before < 3; before++) {
        const shifted = Buffer.concat([Buffer.alloc(before), bytes])
        // The letters at both ends depend on what stands beside the text.
        const inner = shifted
          .toString('base64')
          .replace(/=+$/, '')
          .slice(before === 0 ? 0 : before + 1, -1)
        forms.add(inner)
        forms.add(inner.replaceAll('+', '-').replaceAll('/', '_'))
      }
    }
    forms.add(JSON.stringify(variant).slice(1, -1))
    forms.add(encodeURIComponent(variant))
  }
  return [...forms].map(form => form.toLowerCase())
}

/** The forms of a text that are found in these bytes, whatever the case of their letters. */
export function tracesIn(haystack: Uint8Array, text: string): readonly string[] {
  const shown = Buffer.from(haystack).toString('latin1').toLowerCase()
  return tracesOf(text).filter(trace => shown.includes(trace))
}
