import { makeVisible } from '@chat-room/protocol'

/** A name or a sentence on one line, as others chose it: what could hide, reorder or obey is made visible. */
export const shown = (name: string): string => makeVisible(name, { lineBreaks: 'show' })
