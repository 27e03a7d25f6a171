import { configureLocalization, type LocaleModule, msg, type StrResult } from '@lit/localize'
import { loadTranslation } from './translation.ts'

/** Each in its own words. Another language is one file beside this one, and a line here. */
export const LANGUAGES = { en: 'English', de: 'Deutsch', ar: 'العربية' } as const

export type Language = keyof typeof LANGUAGES

const FILES = {
  de: () => loadTranslation(new URL('./de.json', import.meta.url)),
  ar: () => loadTranslation(new URL('./ar.json', import.meta.url)),
} as const satisfies Record<Exclude<Language, 'en'>, () => Promise<LocaleModule>>

const RIGHT_TO_LEFT: readonly string[] = ['ar'] satisfies readonly Language[]

const isLanguage = (code: string): code is Language => Object.hasOwn(LANGUAGES, code)

const { getLocale, setLocale } = configureLocalization({
  sourceLocale: 'en',
  targetLocales: Object.keys(FILES),
  loadLocale: locale => FILES[locale as keyof typeof FILES](),
})

/** Of dates and numbers too, so that a page speaks one language. */
export const currentLanguage = (): Language => getLocale() as Language

/** Resolves when the page speaks it. One that cannot be loaded leaves it as it is. */
export async function speak(language: Language): Promise<void> {
  await setLocale(language)
  document.documentElement.lang = language
  document.documentElement.dir = RIGHT_TO_LEFT.includes(language) ? 'rtl' : 'ltr'
}

/** The first of a person's languages that is spoken here. */
export function preferredLanguage(wanted: readonly string[]): Language {
  const codes = wanted.map(tag => tag.toLowerCase().split('-')[0] ?? '')
  return codes.find(isLanguage) ?? 'en'
}

/** A source text under its name: translations are found by that, so that a corrected source text loses none. */
export const say = (id: string, template: string | StrResult): string => msg(template as string, { id })
