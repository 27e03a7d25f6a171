import { fetchPart } from './fetch-part.ts'

const files = new Map<string, Promise<readonly CSSStyleSheet[]>>()

/** The style sheets in a file that the build made of `css` templates, one a line; elements of many modules share the file. */
export function fetchSheets(url: string): Promise<readonly CSSStyleSheet[]> {
  const known = files.get(url)
  if (known !== undefined) return known
  const sheets = fetchPart(url).then(async response => (await response.text()).split('\n').map(sheetOf))
  files.set(url, sheets)
  return sheets
}

function sheetOf(rules: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(rules)
  return sheet
}
