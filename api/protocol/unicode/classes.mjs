// Which code points an alias may hold, and how they combine.
const LAST = 0x10ffff

/** Blank, though Unicode counts them as symbols: Braille's empty cell and the null note head. */
const BLANK = new Set([0x2800, 0x1d159])
/** Khitan's filler: invisible, though not listed among the ignorable. */
const FILLER = new Set([0x16fe4])

export async function buildClasses(set) {
  const assigned = await set('Binary_Property/Assigned')
  const white = await set('Binary_Property/White_Space')
  const ignorable = await set('Binary_Property/Default_Ignorable_Code_Point')
  const other = await Promise.all(
    ['Control', 'Format', 'Private_Use', 'Surrogate', 'Line_Separator', 'Paragraph_Separator'].map(category =>
      set(`General_Category/${category}`),
    ),
  )
  const marks = await set('General_Category/Mark')
  const pictographs = await set('Binary_Property/Extended_Pictographic')
  const skinTones = await set('Binary_Property/Emoji_Modifier')
  const regional = await set('Binary_Property/Regional_Indicator')

  // ZWJ and the two variation selectors are ignorable as well: the order of these tests matters.
  const classOf = codePoint => {
    if (codePoint === 0x200d) return 'j'
    if (codePoint === 0xfe0e || codePoint === 0xfe0f) return 'v'
    if (!assigned.has(codePoint)) return 'u'
    if (white.has(codePoint) || BLANK.has(codePoint)) return 'w'
    if (ignorable.has(codePoint) || FILLER.has(codePoint)) return 'c'
    if (other.some(category => category.has(codePoint))) return 'c'
    if (marks.has(codePoint)) return 'm'
    if (pictographs.has(codePoint)) return 'p'
    if (skinTones.has(codePoint)) return 's'
    if (regional.has(codePoint)) return 'r'
    return /[0-9#*]/.test(String.fromCodePoint(codePoint)) ? 'k' : 'b'
  }

  let runs = ''
  let start = 0
  for (let codePoint = 1; codePoint <= LAST + 1; codePoint++) {
    const letter = classOf(start)
    if (codePoint <= LAST && classOf(codePoint) === letter) continue
    runs += letter.toUpperCase() + (codePoint - start).toString(36)
    start = codePoint
  }
  return runs
}
