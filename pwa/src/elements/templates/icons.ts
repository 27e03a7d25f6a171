import { html, type TemplateResult } from 'lit'
import { DRAWINGS } from './icons.table.ts'

/** Never read aloud: a name stands beside each. One that is `directed` points along the line of reading. */
function icon(name: keyof typeof DRAWINGS, turns: 'directed' | '' = ''): () => TemplateResult {
  return () => html`<svg
    viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round"
    stroke-linejoin="round" aria-hidden="true" focusable="false" class=${turns}><path d=${DRAWINGS[name]} /></svg>`
}

export const mark = (): TemplateResult => html`<svg viewBox="0 0 56 56" aria-hidden="true" class="mark">
  <rect width="56" height="56" rx="16" class="mark-ground" />
  <path d="M14 20a6 6 0 0 1 6-6h16a6 6 0 0 1 6 6v11a6 6 0 0 1-6 6H26l-8 7v-7.3A6 6 0 0 1 14 31z" class="mark-bubble" />
  <circle cx="28" cy="23.5" r="3.5" class="mark-ground" /><path d="M26.4 25h3.2l1.4 7h-6z" class="mark-ground" />
</svg>`

export const eye = icon('eye')
export const eyeOff = icon('eyeOff')
export const sparkle = icon('sparkle')
export const lock = icon('lock')
export const key = icon('key')
export const shield = icon('shield')
export const dice = icon('dice')
export const copy = icon('copy')
export const check = icon('check')
export const checks = icon('checks')
export const clock = icon('clock')
export const warning = icon('warning')
export const person = icon('person')
export const people = icon('people')
export const invite = icon('invite')
export const leave = icon('leave', 'directed')
export const settings = icon('settings')
export const close = icon('close')
export const attach = icon('attach')
export const folder = icon('folder')
export const send = icon('send', 'directed')
export const down = icon('down')
export const chevron = icon('chevron')
export const up = icon('up')
export const share = icon('share')
export const offline = icon('offline')
export const image = icon('image')
export const sound = icon('sound')
export const video = icon('video')
export const page = icon('page')
export const archive = icon('archive')
export const file = icon('file')
