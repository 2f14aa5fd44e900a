// The middleware and trustProxy in real servers: node:http, Express and Fastify.

import assert from 'node:assert/strict'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'

import { packages, require } from './packages.mjs'

const express = require('express')
const fastify = require('fastify')

/** One GET with X-Forwarded-For to a port or a socket; the body. */
function get(options, ...values) {
  return new Promise((resolve, reject) => {
    const headers = values.length > 0 ? { 'X-Forwarded-For': values } : {}
    const sent = request({ host: '127.0.0.1', agent: false, headers, ...options }, (response) => {
      response.setEncoding('utf8')
      let body = ''
      response.on('data', (chunk) => (body += chunk))
      response.on('end', () => resolve(JSON.parse(body)))
    })
    sent.on('error', reject).end()
  })
}

/** Runs a server for the time of a test. */
async function serving(server, address, ask) {
  await new Promise((resolve) => server.listen(address, resolve))
  try {
    return await ask(
      typeof address === 'string' ? { socketPath: address } : { port: server.address().port },
    )
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

const anyPort = { port: 0, host: '127.0.0.1' }
const seen = (req) => ({ client: req.clientIp, socket: (req.raw ?? req).socket.remoteAddress })

for (const [name] of packages) {
  const { ClientIp, ClientIpResolver, TrustedProxies, clientIp, trustProxy } = require(name)

  describe(name, () => {
    test('Express: req.clientIp is the answer and the socket stays as it is', async () => {
      const app = express()
      app.use(clientIp({ trusted: '127.0.0.1' }))
      app.get('/', (req, res) => {
        assert.ok(req.clientIp instanceof ClientIp)
        res.json(seen(req))
      })
      await serving(createServer(app), anyPort, async (server) => {
        const { client, socket } = await get(server, '6.6.6.6', '203.0.113.9')
        assert.deepEqual(
          [client.addr, client.kind, socket],
          ['203.0.113.9', 'forwarded', '127.0.0.1'],
        )
        const hidden = await get(server, '203.0.113.9, unknown')
        assert.deepEqual([hidden.client.addr, hidden.client.kind], [null, 'unnamed'])
        assert.equal((await get(server)).client.kind, 'edge')
      })
    })

    test('Fastify: the same function as an onRequest hook', async () => {
      const app = fastify()
      app.decorateRequest('clientIp', null)
      app.addHook('onRequest', clientIp({ trusted: new TrustedProxies('127.0.0.1') }))
      app.get('/', async (req) => seen(req))
      await app.listen(anyPort)
      try {
        const { client, socket } = await get(
          { port: app.server.address().port },
          '6.6.6.6, 203.0.113.9',
        )
        assert.deepEqual(
          [client.addr, client.kind, socket],
          ['203.0.113.9', 'forwarded', '127.0.0.1'],
        )
      } finally {
        await app.close()
      }
    })

    test('node:http: a stranger names itself only', async () => {
      const middleware = clientIp({ trusted: '192.0.2.1' })
      const server = createServer((req, res) =>
        middleware(req, res, () => res.end(JSON.stringify(seen(req)))),
      )
      await serving(server, anyPort, async (to) => {
        const { client } = await get(to, '203.0.113.9')
        assert.deepEqual([client.addr, client.kind], ['127.0.0.1', 'direct'])
      })
    })

    test('a local socket is no known peer unless the program says so', async () => {
      const path = join(tmpdir(), `tuleap-front-${name}-${process.pid}.sock`)
      const answer = (options) => {
        const middleware = clientIp({ trusted: 'unix:', ...options })
        const server = createServer((req, res) =>
          middleware(req, res, () => res.end(JSON.stringify(seen(req)))),
        )
        return serving(server, path, (to) => get(to, '203.0.113.9'))
      }
      assert.equal((await answer({})).client.kind, 'none')
      assert.equal((await answer({ peer: () => 'unix:' })).client.addr, '203.0.113.9')
    })

    test('a configuration is refused when the program starts', () => {
      assert.throws(() => clientIp({ trusted: '10.0.0.1/8' }), {
        code: 'trusted-proxies/host-bits-set',
      })
      assert.throws(() => trustProxy('10.0.0.1/8'), { code: 'trusted-proxies/host-bits-set' })
      for (const wrong of [undefined, null, 5, {}, ['10.0.0.1']]) {
        assert.throws(() => clientIp({ trusted: wrong }), TypeError)
        assert.throws(() => trustProxy(wrong), TypeError)
      }
      assert.throws(() => clientIp({ trusted: '', peer: '127.0.0.1' }), TypeError)
      assert.throws(() => clientIp(), TypeError)
    })

    test('trustProxy is the list and nothing else', () => {
      const trust = trustProxy('10.0.0.0/8')
      assert.deepEqual(
        ['10.1.1.1', '::ffff:10.1.1.1', '192.0.2.1'].map((address, hop) => trust(address, hop)),
        [true, true, false],
      )
      for (const text of ['', 'unknown', '10.0.0.1:80', '_hidden', undefined, null, 5])
        assert.equal(trust(text, 0), false)
    })

    test('trustProxy in Express and in Fastify', async () => {
      const app = express()
      app.set('trust proxy', trustProxy('127.0.0.1, 10.0.0.0/8'))
      app.get('/', (req, res) => res.json({ ip: req.ip, ips: req.ips }))
      await serving(createServer(app), anyPort, async (to) => {
        assert.deepEqual(await get(to, '6.6.6.6, 203.0.113.9, 10.0.0.2'), {
          ip: '203.0.113.9',
          ips: ['203.0.113.9', '10.0.0.2'],
        })
      })
      const other = fastify({ trustProxy: trustProxy('127.0.0.1, 10.0.0.0/8') })
      other.get('/', async (req) => ({ ip: req.ip }))
      await other.listen(anyPort)
      try {
        assert.deepEqual(
          await get({ port: other.server.address().port }, '6.6.6.6, 203.0.113.9, 10.0.0.2'),
          { ip: '203.0.113.9' },
        )
      } finally {
        await other.close()
      }
    })

    test('a resolver of its own gives the same answer', () => {
      const resolver = new ClientIpResolver('10.0.0.1')
      const received = {
        socket: { remoteAddress: '10.0.0.1' },
        rawHeaders: ['X-Forwarded-For', '203.0.113.9'],
      }
      let isNext = false
      clientIp({ trusted: '10.0.0.1' })(received, {}, () => (isNext = true))
      assert.ok(isNext)
      assert.deepEqual(received.clientIp, resolver.resolve('10.0.0.1', received.rawHeaders))
    })
  })
}
