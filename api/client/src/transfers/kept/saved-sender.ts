import { decodeBase64Url, encodeBase64Url, equalBytes } from '../../bytes.ts'
import { importPublicIdentity, type PublicIdentity } from '../../crypto/identity.ts'
import type { SavedKeys } from './saved-transfers.ts'

export const saveSender = ({ signingKey, sealingKey }: PublicIdentity): SavedKeys => ({
  signingKey: encodeBase64Url(signingKey),
  sealingKey: encodeBase64Url(sealingKey),
})

/** Undefined if that is no identity. The keys are imported, and compared with the member's id, when they are needed. */
export function restoreSender(member: string, keys: SavedKeys | undefined): PublicIdentity | undefined {
  const memberId = decodeBase64Url(member)
  const signingKey = keys && decodeBase64Url(keys.signingKey)
  const sealingKey = keys && decodeBase64Url(keys.sealingKey)
  if (!memberId || !signingKey || !sealingKey) return undefined
  const imported = async () => {
    const identity = await importPublicIdentity(signingKey, sealingKey)
    return identity.ok && equalBytes(identity.value.memberId, memberId) ? identity.value : undefined
  }
  return {
    memberId,
    signingKey,
    sealingKey,
    verify: async (signature, text) => (await imported())?.verify(signature, text) ?? false,
    importSealingKey: async () => (await imported())?.importSealingKey(),
  }
}
