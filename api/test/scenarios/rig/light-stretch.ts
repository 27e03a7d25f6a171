import { createOpaqueStretch } from '@chat-room/client/opaque-stretch'
import type { createWorkerStretch as full } from '../../../src/terminal/stretch.ts'
import { LIGHT_PROFILES } from '../../support/light-profiles.ts'

/** Stands in for the terminal's own, see `lightly.ts`. */
export const createWorkerStretch: typeof full = () => createOpaqueStretch(LIGHT_PROFILES)
