/** Fired at the window before the page is loaded again for a new version: who has something unsaved leaves it to that page. */
export const STARTING_ANEW = 'starting-anew'
