import { isIPv6 } from 'node:net'

const MAPPED_IPV4 = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i

/**
 * One client, as far as its address tells: what limits count by. An IPv6 host owns a whole /64 and may speak from any
 * address of it, so the network stands for the host.
 *
 * @param remote `socket.remoteAddress`; undefined for a socket that is gone already.
 */
export function clientAddress(remote: string | undefined): string {
  if (remote === undefined) return 'unknown'
  const mapped = MAPPED_IPV4.exec(remote)
  if (mapped?.[1] !== undefined) return mapped[1]
  // Of an IPv4 address the long pattern behind `isIPv6` need not be asked.
  return remote.includes(':') && isIPv6(remote) ? network64(remote) : remote
}

/** RFC 4291 section 2.2: `::` stands for as many zero groups as are missing. The zone of a link-local one is dropped. */
function network64(address: string): string {
  const [bare = ''] = address.split('%')
  const [head = '', tail] = bare.split('::')
  const before = groups(head)
  const after = tail === undefined ? [] : groups(tail)
  const gap = new Array<string>(8 - before.length - after.length).fill('0')
  return `${[...before, ...gap, ...after].slice(0, 4).join(':')}::/64`
}

/** A dotted last part counts as two groups; its value never reaches the first four. */
const groups = (part: string): string[] =>
  part === ''
    ? []
    : part
        .split(':')
        .flatMap(group => (group.includes('.') ? ['0', '0'] : [Number.parseInt(group, 16).toString(16)]))
