/** Fired at the window before another page goes on in the place of this one: what is on no disk goes along in `unsaved`. */
export const STARTING_ANEW = 'starting-anew'

/** What elements leave to the page that comes after this one, and find of the one before it; each under a name of its own. */
export const unsaved = new Map<string, unknown>()
