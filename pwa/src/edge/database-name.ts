/** In IndexedDB: that it is there says that somebody stays on this device. */
export const DATABASE = 'chat-room'

/** Among its slots: what was begun and not sent. */
export const DRAFTS = 'drafts'
