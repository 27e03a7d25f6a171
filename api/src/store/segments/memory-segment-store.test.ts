import { segmentStoreContract } from '../../../test/contracts/segment-store.ts'
import { MemorySegmentStore } from './memory-segment-store.ts'

segmentStoreContract('memory', async () => {
  let store: MemorySegmentStore | undefined
  return {
    reopen: async () => {
      store = new MemorySegmentStore(store)
      return store
    },
    dispose: async () => {},
  }
})
