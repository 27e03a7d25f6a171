/** In IndexedDB: that it is there says that somebody stays on this device. */
export const DATABASE = 'chat-room'
