/** Fired at the window whenever something in `unsaved` is another one. */
export const UNSAVED = 'unsaved'

/**
 * What elements leave to the page that comes after this one, and find of the one before it; each under a name of its own. JSON,
 * so that it can be kept for who stays.
 */
export const unsaved = new Map<string, unknown>()
