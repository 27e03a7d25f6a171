/** Bytes that well-formed text takes in UTF-8, counted without making them. */
export function utf8Length(text: string): number {
  let length = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) length += 1
    // Each half of a surrogate pair is half of four bytes.
    else if (unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff)) length += 2
    else length += 3
  }
  return length
}
