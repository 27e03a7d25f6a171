// What each code point is compared as. Case folding and the confusables of UTS #39 are made one relation, so that
// two letters which are alike in either letter case get one key.
import { isAscii, LookClasses } from './look-classes.mjs'

const isSingle = text => [...text].length === 1

/** Aliases are taken apart by NFKD before they are looked up: no other code point needs a key. */
const isLookedUp = character => character.normalize('NFKD') === character

export function buildKeys({ common, full, confusables }) {
  const folds = [...common].map(pair => pair.map(codePoint => String.fromCodePoint(codePoint)))
  const capitals = new Set(folds.map(([capital]) => capital))
  const edges = Object.entries(confusables).map(([from, to]) => [from, to.normalize('NFKD')])
  // A letter whose two cases look like two different ASCII letters (Greek nu: N and v) goes with its small one.
  const smallFirst = [
    ...edges.filter(([from]) => !capitals.has(from)),
    ...edges.filter(([from]) => capitals.has(from)),
  ]
  const expansions = [...full]
    .map(([from, to]) => [String.fromCodePoint(from), String.fromCodePoint(...to).normalize('NFKD')])
    .filter(([from]) => isLookedUp(from))

  const relation = relate({ folds, edges: smallFirst, sequences: new Map(expansions) })
  const members = [
    ...folds.flat(),
    ...relation.sequences.keys(),
    ...edges.flatMap(([from, to]) => [from, ...to]),
  ]
  const keyOf = createKeyOf(relation, members.filter(isLookedUp).sort(byCodePoint))

  const keys = new Map()
  for (const member of members.filter(isLookedUp)) {
    const key = keyOf(member)
    if (key !== member) keys.set(member.codePointAt(0), key)
  }
  return { keys, looks: collectLooks(relation, edges, keyOf) }
}

const byCodePoint = (a, b) => a.codePointAt(0) - b.codePointAt(0)

/** Which characters count as one, which as several others, and which look-alikes have to stay apart. */
function relate({ folds, edges, sequences }) {
  const classes = new LookClasses()
  // Full case folding (ß and ss) goes before any look; nothing may be joined with what it takes apart.
  const expanded = new Set(sequences.keys())
  // M5, "not in another letter case", always holds.
  for (const [capital, small] of folds) {
    if (isLookedUp(capital) && !expanded.has(capital)) classes.joinAnyway(capital, small)
  }
  classes.joinAnyway('i', 'l')
  for (const [from, to] of edges) {
    if (isAscii(from) && isAscii(to) && isSingle(to)) classes.joinAnyway(from, to)
  }

  const apart = edges.filter(([from]) => !isLookedUp(from))
  const looked = edges.filter(([from]) => isLookedUp(from) && !expanded.has(from))
  const isOneToOne = ([, to]) => isSingle(to) && !expanded.has(to)
  for (const edge of looked.filter(isOneToOne)) if (!classes.join(...edge)) apart.push(edge)
  // What looks like several letters (m and rn) takes its whole class along, unless an ASCII member says otherwise.
  for (const [from, to] of looked.filter(edge => !isOneToOne(edge))) {
    const root = classes.find(from)
    if (!sequences.has(root) && (isAscii(from) || classes.anchor(root) === undefined)) sequences.set(root, to)
    else if (sequences.get(root) !== to) apart.push([from, to])
  }
  return { classes, sequences, apart }
}

function createKeyOf({ classes, sequences }, members) {
  const names = new Map([
    [classes.find('l'), 'l'],
    [classes.find('o'), 'o'],
  ])
  for (const member of members) {
    const root = classes.find(member)
    if (!names.has(root)) names.set(root, classes.anchor(root)?.toLowerCase() ?? member)
  }
  const keyOf = (text, seen = '') =>
    [...text.normalize('NFKD')]
      .map(character => {
        const root = classes.find(character)
        const sequence = sequences.get(character) ?? sequences.get(root)
        if (sequence !== undefined && !seen.includes(root)) return keyOf(sequence, seen + root)
        return names.get(root) ?? character
      })
      .join('')
  return keyOf
}

/** Only a direct look counts: what a look is compared as in turn may be far from what people see. */
function collectLooks({ sequences, apart }, edges, keyOf) {
  const looks = new Map()
  for (const [from, to] of apart) {
    const look = keyOf(to)
    if (!(isAscii(to) || sequences.has(to)) || !isAscii(look) || look === keyOf(from)) continue
    looks.set(from.codePointAt(0), look)
  }
  for (const [from, to] of edges) {
    const isCovered = keyOf(from) === keyOf(to) || looks.has(from.codePointAt(0))
    if (isAscii(to) && !isCovered) throw new Error(`a look-alike of ASCII is not covered: ${from}`)
  }
  return looks
}
