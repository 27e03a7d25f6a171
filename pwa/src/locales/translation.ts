import type { LocaleModule, StrResult } from '@lit/localize'

/** By the names of what is said; a number in braces is that of what is put in: `{0} is here`. */
export type Translation = Readonly<Record<string, string>>

/** Fetched as what it is, data. Rejects when it is not to be had. */
export async function loadTranslation(url: URL): Promise<LocaleModule> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`a translation: status ${response.status}`)
  return { templates: templatesOf((await response.json()) as Translation) }
}

export const templatesOf = (translation: Translation): LocaleModule['templates'] =>
  Object.fromEntries(Object.entries(translation).map(([name, text]) => [name, templateOf(text)]))

export function templateOf(text: string): string | StrResult {
  const parts = text.split(/\{(\d)\}/)
  if (parts.length === 1) return text
  const strings = parts.filter((_, index) => index % 2 === 0)
  const values = parts.filter((_, index) => index % 2 === 1).map(Number)
  return { strTag: true, strings: strings as unknown as TemplateStringsArray, values }
}
