import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite, test } from 'node:test'
import { connect, type TLSSocket } from 'node:tls'
import { createTlsServer } from '../tls.ts'
import { ACME_TLS, Challenges } from './challenges.ts'
import { type Identifier, identifierOf, serverName } from './identifier.ts'
import * as x509 from './x509.ts'

const NAME: Identifier = { type: 'dns', value: 'chat.example.org' }
const KEY_AUTHORIZATION = 'token-token-token-1.thumbprint'

function ask(challenges: Challenges, url: string) {
  const answer = { taken: false, status: 0, body: undefined as string | undefined }
  const response = {
    writeHead(status: number) {
      answer.status = status
    },
    end(body?: string) {
      answer.body = body
    },
  }
  answer.taken = challenges.listener({ url } as IncomingMessage, response as unknown as ServerResponse)
  return answer
}

async function served(challenges: Challenges) {
  const { server } = createTlsServer(undefined, { challengeFor: challenges.contextFor })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    async shakeHands(servername: string, protocol: string): Promise<TLSSocket> {
      const { port } = server.address() as AddressInfo
      const socket = connect({ port, servername, ALPNProtocols: [protocol], rejectUnauthorized: false })
      await once(socket, 'secureConnect')
      return socket
    },
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}

suite('HTTP-01', () => {
  test('the key authorization is told to who knows the token, for as long as it is asked for', async () => {
    const challenges = new Challenges()
    const url = '/.well-known/acme-challenge/token-token-token-1'
    {
      using _answer = await challenges.answer('http-01', NAME, KEY_AUTHORIZATION)
      assert.deepEqual(ask(challenges, url), { taken: true, status: 200, body: KEY_AUTHORIZATION })
      assert.equal(ask(challenges, `${url}0`).status, 404)
      assert.equal(ask(challenges, '/').taken, false)
    }
    assert.deepEqual(ask(challenges, url), { taken: true, status: 404, body: undefined })
  })
})

suite('TLS-ALPN-01', () => {
  test('acme-tls/1 is shown a certificate with the digest (RFC 8737), and the connection ends', async () => {
    const challenges = new Challenges()
    using _answer = await challenges.answer('tls-alpn-01', NAME, KEY_AUTHORIZATION)
    await using server = await served(challenges)
    const socket = await server.shakeHands('CHAT.example.org', ACME_TLS)
    assert.equal(socket.alpnProtocol, ACME_TLS)
    const certificate = new x509.X509Certificate(socket.getPeerX509Certificate()?.raw ?? new Uint8Array())
    const names = certificate.getExtension(x509.SubjectAlternativeNameExtension)?.names.toJSON()
    assert.deepEqual(names, [NAME])
    const extension = certificate.getExtension('1.3.6.1.5.5.7.1.31')
    assert.ok(extension?.critical)
    const digest = createHash('sha256').update(KEY_AUTHORIZATION).digest('hex')
    assert.equal(Buffer.from(extension.value).toString('hex'), `0420${digest}`)
    await once(socket.resume(), 'close')
  })

  test('another name, another protocol, and a challenge that is over are refused', async () => {
    const challenges = new Challenges()
    await using server = await served(challenges)
    {
      using _answer = await challenges.answer('tls-alpn-01', NAME, KEY_AUTHORIZATION)
      await assert.rejects(server.shakeHands('other.example.org', ACME_TLS), /no application protocol/)
      await assert.rejects(server.shakeHands(NAME.value, 'h2'), /handshake failure/)
    }
    await assert.rejects(server.shakeHands(NAME.value, ACME_TLS), /no application protocol/)
  })

  test('no name at all is refused, and leaves the server alive', async () => {
    const challenges = new Challenges()
    using _answer = await challenges.answer('tls-alpn-01', NAME, KEY_AUTHORIZATION)
    await using server = await served(challenges)
    await assert.rejects(server.shakeHands('', ACME_TLS), /no application protocol/)
    const socket = await server.shakeHands(NAME.value, ACME_TLS)
    await once(socket.resume(), 'close')
  })

  test('an address is asked for by its reverse name (RFC 8738 section 6)', () => {
    assert.equal(serverName(identifierOf('192.0.2.1')), '1.2.0.192.in-addr.arpa')
    assert.equal(
      serverName(identifierOf('[2001:db8::1]')),
      '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
    )
    assert.equal(serverName(identifierOf('chat.example.org')), 'chat.example.org')
    assert.equal(serverName(identifierOf('[::]')), `${'0.'.repeat(32)}ip6.arpa`)
  })
})
