import { test } from 'node:test'
import type { RoomStore } from '../../src/room/ports.ts'

export type OpenStore = () => RoomStore

/** Registers one test that gets a store of its own. */
export type Suite = (title: string, body: (store: RoomStore) => Promise<void>) => void

export const suiteOf =
  (name: string, open: OpenStore): Suite =>
  (title, body) => {
    test(`${name}: ${title}`, async () => {
      const store = open()
      try {
        await body(store)
      } finally {
        await store.close()
      }
    })
  }
