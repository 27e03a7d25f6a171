import { svg, type TemplateResult } from 'lit'

/** Drawn on a grid of 24 by a line of 1.75; never read aloud: a name stands beside each. */
const icon = (paths: TemplateResult<2>, directed = false): TemplateResult =>
  svg`<svg
  viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round"
  stroke-linejoin="round" aria-hidden="true" focusable="false" class=${directed ? 'directed' : 'plain'}>${paths}</svg>` as TemplateResult

export const mark = (): TemplateResult =>
  svg`<svg viewBox="0 0 56 56" aria-hidden="true" class="mark">
  <rect width="56" height="56" rx="16" class="mark-ground" />
  <path d="M14 20a6 6 0 0 1 6-6h16a6 6 0 0 1 6 6v11a6 6 0 0 1-6 6H26l-8 7v-7.3A6 6 0 0 1 14 31z" class="mark-bubble" />
  <circle cx="28" cy="23.5" r="3.5" class="mark-ground" /><path d="M26.4 25h3.2l1.4 7h-6z" class="mark-ground" />
</svg>` as TemplateResult

export const eye = () =>
  icon(
    svg`<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/><circle cx="12" cy="12" r="3"/>`,
  )
export const eyeOff = () =>
  icon(
    svg`<path d="M4 4l16 16M9.5 5.9A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a16 16 0 0 1-2.6 3.3M6.6 7.3A15 15 0 0 0 2.5 12S6 18.5 12 18.5a9 9 0 0 0 4.4-1.2M10 10a3 3 0 0 0 4 4"/>`,
  )
export const sparkle = () =>
  icon(
    svg`<path d="M12 3.5l1.9 5.1a2.5 2.5 0 0 0 1.5 1.5l5.1 1.9-5.1 1.9a2.5 2.5 0 0 0-1.5 1.5L12 20.5l-1.9-5.1a2.5 2.5 0 0 0-1.5-1.5L3.5 12l5.1-1.9a2.5 2.5 0 0 0 1.5-1.5z"/>`,
  )
export const lock = () =>
  icon(
    svg`<rect x="5" y="10.5" width="14" height="10" rx="2.5"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5M12 14.5v2"/>`,
  )
export const key = () =>
  icon(svg`<circle cx="8" cy="15.5" r="4.25"/><path d="M11 12.5L19.5 4M15.5 8l3 3M13 10.5l1.5 1.5"/>`)
export const shield = () =>
  icon(svg`<path d="M12 3.5l7 2.5v5.5c0 4.3-2.9 7.4-7 9-4.1-1.6-7-4.7-7-9V6zM9 12l2.2 2.2L15.2 10"/>`)
export const dice = () =>
  icon(
    svg`<rect x="4" y="4" width="16" height="16" rx="4"/><path d="M8.5 8.5h.01M15.5 8.5h.01M12 12h.01M8.5 15.5h.01M15.5 15.5h.01" stroke-width="2.5"/>`,
  )
export const copy = () =>
  icon(
    svg`<rect x="8.5" y="8.5" width="11.5" height="11.5" rx="2.5"/><path d="M15.5 8.5v-2A2.5 2.5 0 0 0 13 4H6.5A2.5 2.5 0 0 0 4 6.5V13a2.5 2.5 0 0 0 2.5 2.5h2"/>`,
  )
export const check = () => icon(svg`<path d="M5 12.5l4.5 4.5L19 7.5"/>`)
export const checks = () => icon(svg`<path d="M2.5 12.5L7 17l9.5-9.5M12 17l9.5-9.5"/>`)
export const clock = () => icon(svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>`)
export const warning = () => icon(svg`<path d="M12 4L2.8 19.5h18.4zM12 10v4.5M12 17.2h.01"/>`)
export const person = () => icon(svg`<circle cx="12" cy="8" r="3.75"/><path d="M4.5 20a7.5 7.5 0 0 1 15 0"/>`)
export const people = () =>
  icon(
    svg`<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 19.5a6.5 6.5 0 0 1 13 0M15.5 5.2a3.5 3.5 0 0 1 0 6.6M18 13.7a6.5 6.5 0 0 1 3.5 5.8"/>`,
  )
export const invite = () =>
  icon(svg`<circle cx="10" cy="8" r="3.75"/><path d="M2.5 20a7.5 7.5 0 0 1 13-5M18.5 14.5v6M15.5 17.5h6"/>`)
export const leave = () =>
  icon(
    svg`<path d="M14 4.5H7A2.5 2.5 0 0 0 4.5 7v10A2.5 2.5 0 0 0 7 19.5h7M10.5 12h10M17 8.5l3.5 3.5-3.5 3.5"/>`,
    true,
  )
export const settings = () =>
  icon(
    svg`<path d="M4 7.5h9M17.5 7.5H20M4 16.5h2.5M11 16.5h9"/><circle cx="15.25" cy="7.5" r="2.25"/><circle cx="8.75" cy="16.5" r="2.25"/>`,
  )
export const close = () => icon(svg`<path d="M6 6l12 12M18 6L6 18"/>`)
export const attach = () =>
  icon(
    svg`<path d="M19.5 11.5l-7.6 7.6a4.8 4.8 0 0 1-6.8-6.8l8-8a3.2 3.2 0 0 1 4.5 4.5l-7.9 7.9a1.6 1.6 0 0 1-2.3-2.3l7.2-7.2"/>`,
  )
export const send = () => icon(svg`<path d="M4 12l16-7.5L14.5 20l-3-6.5zM11.5 13.5l4-4"/>`, true)
export const down = () => icon(svg`<path d="M12 5v13.5M6 13l6 6 6-6"/>`)
export const chevron = () => icon(svg`<path d="M6 9.5l6 6 6-6"/>`)
export const up = () => icon(svg`<path d="M12 19V5.5M6 11l6-6 6 6"/>`)
export const share = () =>
  icon(svg`<path d="M12 15V4M8 7.5L12 3.5l4 4M6.5 11.5v6A2.5 2.5 0 0 0 9 20h6a2.5 2.5 0 0 0 2.5-2.5v-6"/>`)

export const offline = () =>
  icon(
    svg`<path d="M4 4l16 16M8.5 13.2a6 6 0 0 1 3.5-1.1M4.8 9.8a11 11 0 0 1 3.6-2.3M12 6.5a11 11 0 0 1 7.2 3.3M15.2 13l.5.3M12 17.5h.01"/>`,
  )

export const image = () =>
  icon(
    svg`<rect x="4" y="5" width="16" height="14" rx="2.5"/><circle cx="9" cy="10" r="1.5"/><path d="M4.5 17.5l5-4 3 2.2 3.5-3.2 4 3.5"/>`,
  )
export const sound = () =>
  icon(
    svg`<path d="M9 17.5V6l10-2v11.5"/><circle cx="6.75" cy="17.5" r="2.25"/><circle cx="16.75" cy="15.5" r="2.25"/>`,
  )
export const video = () =>
  icon(svg`<rect x="3.5" y="6" width="12" height="12" rx="2.5"/><path d="M15.5 10.5l5-2.5v8l-5-2.5z"/>`)
export const page = () =>
  icon(svg`<path d="M7 3.5h7l4.5 4.5v12.5h-13v-15a2 2 0 0 1 1.5-2zM14 3.5V8h4.5M9 12.5h6M9 16h6"/>`)
export const archive = () =>
  icon(
    svg`<rect x="4" y="4" width="16" height="4.5" rx="1.5"/><path d="M5.5 8.5v9A2.5 2.5 0 0 0 8 20h8a2.5 2.5 0 0 0 2.5-2.5v-9M10 12.5h4"/>`,
  )
export const file = () => icon(svg`<path d="M7 3.5h7l4.5 4.5v12.5h-13v-15a2 2 0 0 1 1.5-2zM14 3.5V8h4.5"/>`)
