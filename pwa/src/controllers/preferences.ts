import type { Language } from '../locales/locale.ts'

export type Theme = 'system' | 'light' | 'dark'

export type Preferences = {
  readonly theme: Theme
  readonly language: Language
  /** Whether others see that one is typing. */
  readonly tellsTyping: boolean
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}
