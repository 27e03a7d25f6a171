import { type Language, preferredLanguage } from '../locales/locale.ts'

export type Theme = 'system' | 'light' | 'dark'

export type Preferences = {
  readonly theme: Theme
  readonly language: Language
  /** Whether others see that one is typing. */
  readonly tellsTyping: boolean
  /** Files up to this are fetched by themselves, in MiB. */
  readonly fetchesUpTo: number
  /** Whether the system tells of what is said while nobody looks. */
  readonly notifies: boolean
  /** Whether it is heard. */
  readonly sounds: boolean
  /** Whoever said no to installing the app is not asked again. */
  readonly declinedInstall: boolean
}

/** What may be chosen of it: nothing, some, most, all that is not a film. */
export const FETCH_BOUNDS = [0, 4, 32, 256] as const

export const defaultPreferences = (): Preferences => ({
  theme: 'system',
  language: preferredLanguage(navigator.languages),
  tellsTyping: true,
  fetchesUpTo: 32,
  notifies: false,
  sounds: false,
  declinedInstall: false,
})

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}
