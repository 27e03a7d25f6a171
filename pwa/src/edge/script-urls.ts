/** What `Worker` and `register` take where Trusted Types are asked for; elsewhere it is the URL itself. */
export type ScriptUrl = string | URL

type TypePolicy = { createScriptURL(url: string): ScriptUrl }
type TypePolicies = {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): TypePolicy
}

const { trustedTypes } = globalThis as { readonly trustedTypes?: TypePolicies }
const policy = trustedTypes?.createPolicy('chat-room', { createScriptURL: ownScript })

/** For the scripts that the build made beside this one; none of any other origin passes. */
export const scriptUrl = (url: string): ScriptUrl => policy?.createScriptURL(url) ?? ownScript(url)

function ownScript(url: string): string {
  const { origin, href } = new URL(url, location.href)
  if (origin !== location.origin) throw new TypeError('a script of another origin was asked for')
  return href
}
