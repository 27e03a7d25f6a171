import { createServer, type Server } from 'node:https'
import { createAdaptorServer } from '@hono/node-server'
import { createNodeWebSocket } from '@hono/node-ws'
import { Hono } from 'hono'
import type { WSContext } from 'hono/ws'
import { certificate, listen, RoomsByPath } from './listening.ts'

/** What one writes with Hono and @hono/node-ws, as their documentation shows it: each text goes to all in its room. */
const rooms = new RoomsByPath<WSContext>()
const app = new Hono()
const { injectWebSocket, upgradeWebSocket } = createNodeWebSocket({ app })

app.get(
  '*',
  upgradeWebSocket(c => {
    let room = new Set<WSContext>()
    return {
      onOpen(_event, socket) {
        room = rooms.enter(c.req.path, socket)
      },
      onMessage(event) {
        for (const member of room) member.send(event.data as string)
      },
      onClose(_event, socket) {
        room.delete(socket)
      },
    }
  }),
)

const server = createAdaptorServer({ fetch: app.fetch, createServer, serverOptions: certificate() }) as Server
injectWebSocket(server)
listen(server)
