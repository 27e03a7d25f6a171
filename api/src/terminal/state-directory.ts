import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** Where state that is to outlive the process lies (XDG base directories; `%LOCALAPPDATA%` on Windows). */
export function stateDirectory(env: Environment, platform: NodeJS.Platform = process.platform): string {
  const { XDG_STATE_HOME: xdg, LOCALAPPDATA: local, HOME: home = homedir() } = env
  // The specification has relative values ignored.
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'chat-room')
  if (platform === 'win32' && local !== undefined && isAbsolute(local)) return join(local, 'chat-room')
  return join(home, '.local', 'state', 'chat-room')
}
