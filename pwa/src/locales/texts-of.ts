import { say } from './locale.ts'
import { type Translation, templateOf } from './translation.ts'

type Texts = Readonly<Record<string, (...values: readonly unknown[]) => string>>

/** What the build made of source texts: the same names and parameters, and what they say as data. */
export const textsOf = (english: Translation): Texts =>
  Object.fromEntries(
    Object.entries(english).map(([name, text]) => {
      const template = templateOf(text)
      if (typeof template === 'string') return [name, () => say(name, template)]
      const places = template.values.map(Number)
      return [name, (...values) => say(name, { ...template, values: places.map(place => values[place]) })]
    }),
  )
