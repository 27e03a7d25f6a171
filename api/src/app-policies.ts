type Policy = Readonly<Record<string, readonly string[]>>

/** Everything comes from here, nothing is inline, and nothing that a person wrote becomes script (Trusted Types). */
const PAGE: Policy = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  // Pictures that were received are shown from memory.
  'img-src': ["'self'", 'blob:'],
  'media-src': ["'self'", 'blob:'],
  // The sockets too: `'self'` means wss of the same host and port since CSP Level 3.
  'connect-src': ["'self'"],
  'manifest-src': ["'self'"],
  'worker-src': ["'self'"],
  // Downloads that the service worker answers begin in a hidden frame.
  'frame-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
  'require-trusted-types-for': ["'script'"],
  'trusted-types': ['lit-html', 'chat-room'],
}

/** A worker is held to what its own response says: this one alone may run WebAssembly, and reaches nothing. */
const WASM_WORKER: Policy = {
  'default-src': ["'none'"],
  'script-src': ["'self'", "'wasm-unsafe-eval'"],
  'require-trusted-types-for': ["'script'"],
  'trusted-types': ["'none'"],
}

/** What passwords are stretched by, as the page's build calls it. */
const WASM_WORKER_PATH = /^\/assets\/opaque-worker-[\w-]+\.js$/

const format = (policy: Policy): string =>
  Object.entries(policy)
    .map(([directive, sources]) => `${directive} ${sources.join(' ')}`)
    .join('; ')

const page = format(PAGE)
const wasmWorker = format(WASM_WORKER)

/** The `Content-Security-Policy` of what is asked for by this path. */
export const contentSecurityPolicy = (path: string): string =>
  WASM_WORKER_PATH.test(path) ? wasmWorker : page

/**
 * What the page does with the device, each at a person's wish; autoplay and the like are the browser's to decide. What is not
 * built for every system, such as `web-share`, is left to its default: a browser complains of what it does not know.
 */
const USED = ['clipboard-write', 'fullscreen', 'picture-in-picture', 'screen-wake-lock']
/** Of what browsers would allow a page of its own accord or after asking. Notifications have no such policy. */
const UNUSED = [
  'accelerometer',
  'camera',
  'clipboard-read',
  'display-capture',
  'encrypted-media',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'publickey-credentials-create',
  'publickey-credentials-get',
  'serial',
  'sync-xhr',
  'usb',
  'window-management',
  'xr-spatial-tracking',
]

export const PERMISSIONS_POLICY = [
  ...USED.map(each => `${each}=(self)`),
  ...UNUSED.map(each => `${each}=()`),
].join(', ')
