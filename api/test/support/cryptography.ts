/*
 * WebCrypto works in other threads, so a test that moves time itself has to know when they are done: a timer must not ring
 * in the middle of a message that is being sealed.
 */
let underWay = 0

for (const name of Object.getOwnPropertyNames(SubtleCrypto.prototype)) {
  const { value } = Object.getOwnPropertyDescriptor(SubtleCrypto.prototype, name) ?? {}
  if (name === 'constructor' || typeof value !== 'function') continue
  const counted = async function (this: unknown, ...args: unknown[]): Promise<unknown> {
    underWay++
    try {
      return await Reflect.apply(value, this, args)
    } finally {
      underWay--
    }
  }
  Object.defineProperty(SubtleCrypto.prototype, name, { value: counted })
}

export const isCryptographyBusy = (): boolean => underWay > 0
