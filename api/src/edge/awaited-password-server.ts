import type { AttemptGate, PasswordServer } from '../room/ports.ts'

export type AwaitedPasswordServer = {
  readonly password: PasswordServer
  readonly gate: AttemptGate
  /** Ahead of the first attempt. Rejects as `open` does. */
  load(): Promise<void>
}

/**
 * A password server that is opened when somebody first tries a password: a start does without OPAQUE, and so does every socket
 * until then. The room asks the gate before it asks for anything of OPAQUE, so whoever comes first waits there.
 */
export function awaitPasswordServer(
  open: () => Promise<PasswordServer>,
  gate: AttemptGate,
): AwaitedPasswordServer {
  let opening: Promise<void> | undefined
  let opened: PasswordServer | undefined

  function load(): Promise<void> {
    opening ??= open().then(server => {
      opened = server
    })
    return opening
  }

  function server(): PasswordServer {
    if (opened === undefined) throw new Error('a password was tried without passing the gate')
    return opened
  }

  return {
    load,
    gate: {
      async login(address, room) {
        await load()
        return await gate.login(address, room)
      },
      async creation(address, room) {
        await load()
        return await gate.creation(address, room)
      },
      succeeded: (address, room) => gate.succeeded(address, room),
    },
    password: {
      respondRegistration: (...parameters) => server().respondRegistration(...parameters),
      startLogin: (...parameters) => server().startLogin(...parameters),
      finishLogin: (...parameters) => server().finishLogin(...parameters),
    },
  }
}
