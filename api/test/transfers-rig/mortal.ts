/** What a dead process still waits for never comes, and what it still wants done is not done. */
export function mortal<T extends object>(port: T, isAlive: () => boolean): T {
  return new Proxy(port, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) =>
        new Promise((resolve, reject) => {
          if (!isAlive()) return
          Reflect.apply(value, target, args).then(
            (result: unknown) => {
              if (isAlive()) resolve(isPort(result) ? mortal(result, isAlive) : result)
            },
            (error: unknown) => isAlive() && reject(error),
          )
        })
    },
  })
}

const isPort = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  !ArrayBuffer.isView(value) &&
  Object.values(value).some(each => typeof each === 'function')
