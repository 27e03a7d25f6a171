/** The part of a conversation that has rows: entry numbers from `first` up to, not including, `end`. */
export type MessageWindow = { readonly first: number; readonly end: number }

type Known = { readonly first: number; readonly end: number }

/** Rows that are drawn at once, and how many come in when one scrolls to an edge. */
export const WINDOW = 300
const STEP = 100

const bounded = (first: number, known: Known): MessageWindow => {
  const from = Math.max(known.first, Math.min(first, known.end - WINDOW))
  return { first: from, end: Math.min(known.end, from + WINDOW) }
}

export const newest = (known: Known): MessageWindow => bounded(known.end - WINDOW, known)

export const earlier = (window: MessageWindow, known: Known): MessageWindow =>
  bounded(window.first - STEP, known)

export const later = (window: MessageWindow, known: Known): MessageWindow =>
  bounded(window.first + STEP, known)

export const around = (number: number, known: Known): MessageWindow =>
  bounded(number - Math.floor(WINDOW / 2), known)

/**
 * What one who reads further up keeps before the eyes while more is said; a window at the newest end grows up to its
 * full size, and no further.
 */
export const kept = (window: MessageWindow, known: Known): MessageWindow => bounded(window.first, known)
