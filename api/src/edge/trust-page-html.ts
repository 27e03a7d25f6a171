export type TrustPage = {
  /** Of the room; a URL's own spelling, which needs no escaping. */
  readonly origin: string
  /** SHA-256 of the authority, `AA:BB:…`. */
  readonly fingerprint: string
}

/** Paths are those of the current releases; older ones name the same things, one level up or down. */
const SYSTEMS: readonly (readonly [system: string, steps: readonly string[]])[] = [
  [
    'iPhone and iPad',
    [
      'Open this page in Safari, tap <b>chat-room-ca.crt</b> above and allow the download.',
      'Settings → General → VPN &amp; Device Management → the profile “Chat-Room local authority” → Install.',
      'Settings → General → About → Certificate Trust Settings → switch “Chat-Room local authority” on.',
    ],
  ],
  [
    'Android',
    [
      'Tap <b>chat-room-ca.crt</b> above, and keep the file.',
      'Settings → Security &amp; privacy → More security &amp; privacy → Encryption &amp; credentials → Install a certificate → CA certificate → Install anyway.',
      'Choose the file among the downloads.',
    ],
  ],
  [
    'macOS',
    [
      'Download <b>chat-room-ca.crt</b> and open it: Keychain Access adds it to the login keychain.',
      'Double-click “Chat-Room local authority” there, unfold Trust, and choose “Always Trust” for “When using this certificate”.',
    ],
  ],
  [
    'Windows',
    [
      'Download <b>chat-room-ca.crt</b>, open it, and choose Install Certificate… → Current User.',
      'Place all certificates in the following store → Browse… → Trusted Root Certification Authorities → Finish → Yes.',
    ],
  ],
  [
    'Linux',
    [
      'Chrome and its kin: Settings → Privacy and security → Security → Manage certificates → Custom → Installed by you → Trusted certificates → Import <b>chat-room-ca.crt</b>.',
      'For the whole system, on Debian and Ubuntu: <code>sudo cp chat-room-ca.pem /usr/local/share/ca-certificates/chat-room-ca.crt &amp;&amp; sudo update-ca-certificates</code>; on Fedora: <code>sudo trust anchor chat-room-ca.pem</code>.',
    ],
  ],
  [
    'Firefox',
    [
      'On Windows and macOS it trusts what the system trusts: do what stands there, and start it anew.',
      'On Linux: Settings → Privacy &amp; Security → View Certificates… → Authorities → Import… <b>chat-room-ca.crt</b> → “Trust this CA to identify websites”.',
      'On Android: Settings → About Firefox → tap the logo five times; back, Secret Settings → “Use third party CA certificates”; then do what stands under Android.',
    ],
  ],
]

const section = ([system, steps]: (typeof SYSTEMS)[number]): string =>
  `<details><summary>${system}</summary><ol>${steps.map(step => `<li>${step}</li>`).join('')}</ol></details>`

export const trustHtml = ({ origin, fingerprint }: TrustPage): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Trust this room</title>
<link rel="stylesheet" href="/trust/style.css">
<main>
<h1>Trust this room</h1>
<p>This room has a certificate of its own authority, which your device does not know yet. Once it does, the room opens
without a warning, can be installed, and works offline.</p>
<p class="file"><a href="/trust/chat-room-ca.crt">chat-room-ca.crt</a>
<a href="/trust/chat-room-ca.pem">chat-room-ca.pem</a></p>
<h2>First compare</h2>
<p>This page came over an unprotected connection, and may have been changed on its way. The terminal in which the room was
started shows the true fingerprint of the authority. This page says that it is</p>
<p class="fingerprint">${fingerprint.replaceAll(':', ':<wbr>')}</p>
<p>and so must say your device, as SHA-256, in the details of what you install; it is also the SHA-256 of the file
chat-room-ca.crt. If any of these differ, do not trust it.</p>
<p>The authority can vouch for the names of its own computer and for addresses of private networks alone, for no other site.</p>
<h2>Then, on this device</h2>
${SYSTEMS.map(section).join('\n')}
<h2>At last</h2>
<p><a href="${origin}/">${origin}</a> opens the room.</p>
</main>
</html>
`

export const TRUST_STYLE = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { margin: 0 }
main { max-width: 38rem; margin: auto; padding: 1rem }
h1 { line-height: 1.2 }
h2 { margin-block: 1.5rem .5rem; font-size: 1.1rem }
summary { padding-block: .7rem; font-weight: 600; cursor: pointer }
details { border-block-end: 1px solid color-mix(in srgb, currentColor 25%, transparent) }
.file a { display: inline-block; margin-inline-end: 1rem; padding-block: .7rem }
.fingerprint, code { font-family: ui-monospace, monospace; overflow-wrap: anywhere }
.fingerprint { padding: .7rem; border: 1px solid; border-radius: .4rem }
`
