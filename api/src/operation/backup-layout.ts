// Of a backup: the rooms and the files on their way.
export const DATABASE_BACKUP = 'chat-room.db'
export const SEGMENTS_BACKUP = 'segments'
// Of its secrets: what the records are made with, and CERTS_DIR.
export const SETUP_BACKUP = 'opaque-server-setup'
export const CERTS_BACKUP = 'certs'
