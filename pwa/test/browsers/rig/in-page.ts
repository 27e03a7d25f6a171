/**
 * What a test looks for in a page, as a person knows it: by role and name, in whatever shadow it is. These run in pages of all
 * engines, and so refer to nothing outside themselves.
 */

/** The element of that role and name, as soon as it is shown; `name` may be its beginning, ended by an ellipsis. */
export function shown(role: string, name: string, deadline: number): Promise<Element> {
  const selectors: Readonly<Record<string, string>> = {
    button: 'button',
    log: '[role=log]',
    list: 'ul',
    textbox: 'input, textarea',
    checkbox: 'input[type=checkbox]',
  }
  const nameOf = (element: Element): string => {
    const labels = [...((element as HTMLInputElement).labels ?? [])].map(each => each.textContent)
    const name = element.getAttribute('aria-label') ?? labels[0] ?? element.textContent
    return (name ?? '').replace(/\s+/g, ' ').trim()
  }
  const isNamed = (found: string) =>
    name.endsWith('…') ? found.startsWith(name.slice(0, -1)) : found === name
  const search = (root: ParentNode): Element | undefined => {
    for (const each of root.querySelectorAll('*')) {
      if (
        each.matches(selectors[role] ?? `[role=${role}]`) &&
        isNamed(nameOf(each)) &&
        each.checkVisibility()
      )
        return each
      const inside = each.shadowRoot === null ? undefined : search(each.shadowRoot)
      if (inside !== undefined) return inside
    }
    return undefined
  }
  const placeOf = (element: Element) => JSON.stringify(element.getBoundingClientRect())
  const until = performance.now() + deadline
  let before: { readonly element: Element; readonly place: string } | undefined
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = search(document)
      // What still moves is missed by a pointer.
      if (found !== undefined && found === before?.element && placeOf(found) === before.place) resolve(found)
      else if (performance.now() < until) setTimeout(look, 50)
      else reject(new Error(`no ${role} "${name}" in: ${document.title} ${document.body?.innerText}`))
      before = found && { element: found, place: placeOf(found) }
    }
    look()
  })
}

/** Resolves once that text is shown within the element of that role and name; what an `own` row says, if one is named. */
export function said(role: string, name: string, texts: readonly string[], deadline: number): Promise<void> {
  const searchAll = (root: ParentNode, selector: string): Element[] => [
    ...root.querySelectorAll(selector),
    ...[...root.querySelectorAll('*')].flatMap(each =>
      each.shadowRoot === null ? [] : searchAll(each.shadowRoot, selector),
    ),
  ]
  const textOf = (node: Node): string => {
    if (node instanceof Text) return node.data
    if (node instanceof HTMLStyleElement) return ''
    const children = [...node.childNodes, ...((node as Element).shadowRoot?.childNodes ?? [])]
    return children.map(textOf).join(' ')
  }
  const rowsOf = (place: Element): Element[] => {
    const rows = searchAll(place, '.said, .file, .notice, li')
    return rows.length === 0 ? [place] : rows
  }
  const until = performance.now() + deadline
  return new Promise((resolve, reject) => {
    const look = () => {
      const places = searchAll(document, role === 'list' ? 'ul' : `[role=${role}]`).filter(
        each => each.getAttribute('aria-label') === name,
      )
      const rows = places.flatMap(rowsOf).map(each => textOf(each).replace(/\s+/g, ' '))
      if (rows.some(row => texts.every(text => row.includes(text)))) resolve()
      else if (performance.now() < until) setTimeout(look, 50)
      else reject(new Error(`nothing in ${name} says ${texts.join(' and ')}, but:\n${rows.join('\n')}`))
    }
    look()
  })
}

/** The input behind `Attach files`. */
export function fileInput(): Element {
  const search = (root: ParentNode): Element | null => {
    const found = root.querySelector('input[type=file]')
    if (found !== null) return found
    for (const each of root.querySelectorAll('*')) {
      const inside = each.shadowRoot === null ? null : search(each.shadowRoot)
      if (inside !== null) return inside
    }
    return null
  }
  const found = search(document)
  if (found === null) throw new Error('there is no file input')
  return found
}
