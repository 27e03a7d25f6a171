/** A path in quotes, whatever is in it. */
export const fileLine = (path: string): string => `:File "${path.replace(/["\\]/g, '\\$&')}"`

/** A text as a line that says it, and commands nothing (M7). */
export const literally = (text: string): string => (text.startsWith(':') ? `:${text}` : text)
