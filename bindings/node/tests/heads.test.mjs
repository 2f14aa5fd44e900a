// Heads, and which server, which location, what the next server is sent: in both packages.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { packages, require } from './packages.mjs'

for (const [name] of packages) {
  const { GzipPolicy, NginxHost, NginxServers, RequestHead, RequestTarget, ResponseHead, ServerAnswer } =
    require(name)

  describe(name, () => {
    const text = 'GET /a HTTP/1.1\r\nHost: Tuleap.example.com:80\r\nX_A: 1\r\nVia:  x\xe9 \r\n\r\nbody'

    test('the head of a request is read as nginx reads it', () => {
      const head = RequestHead.parse(text)
      assert.ok(head instanceof RequestHead && head.target instanceof RequestTarget)
      assert.deepEqual(
        [head.method, head.target.uri, head.version, head.host, head.httpHost, head.rest],
        ['GET', '/a', 'HTTP/1.1', 'tuleap.example.com', 'Tuleap.example.com:80', 'body'],
      )
      assert.deepEqual(head.lines, [
        ['Host', 'Tuleap.example.com:80'],
        ['Via', 'x\xe9'],
      ])
      assert.equal(RequestHead.parse(text, { names: 'underscores' }).lines.length, 3)
      const slashes = RequestHead.parse('GET //a HTTP/1.0\r\n\r\n', { mergeSlashes: false })
      assert.deepEqual([slashes.target.uri, slashes.host, slashes.httpHost], ['//a', null, null])
    })

    test('what nginx refuses, says what it answers', () => {
      const { status, reason, code, text } = RequestHead.parse('GET / HTTP/1.1\r\n\r\n')
      assert.deepEqual([status, reason, code], [400, 'no-host', 'head/no-host'])
      assert.notEqual(text, '')
      const line = RequestHead.parse('GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n')
      assert.equal(line.code, 'request-target/nul')
      assert.equal(ResponseHead.parse('<html>').code, 'head/status-line')
      assert.throws(() => RequestHead.parse(), TypeError)
      assert.throws(() => RequestHead.parse('', { mergeSlashes: 1 }), TypeError)
      assert.throws(() => RequestHead.parse('', { names: 'all' }), { code: 'abi/argument' })
      assert.throws(() => RequestHead.parse('', { nginx: '1' }), { code: 'abi/argument' })
    })

    test('the head of a response is read, and asked about', () => {
      const head = ResponseHead.parse(
        'HTTP/1.1 200 OK\r\nContent-Type: text/css\r\nContent-Length: 300\r\n\r\nrest',
      )
      assert.ok(head instanceof ResponseHead)
      assert.deepEqual([head.status, head.lines.length, head.rest], [200, 2, 'rest'])
      const facts = {
        scheme: 'https',
        request: RequestHead.parse('GET / HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n').lines,
        status: head.status,
        response: head.lines,
        now: 0,
      }
      assert.equal(new GzipPolicy().decide(facts).compresses, true)
      assert.throws(() => ResponseHead.parse(1), TypeError)
    })

    test('a host is read', () => {
      assert.equal(String(NginxHost.parse('Tuleap.Example.COM.:8443')), 'tuleap.example.com')
      assert.equal(JSON.stringify(NginxHost.parse('A')), '"a"')
      assert.equal(String(NginxHost.parse('user@a', '1.22')), 'user@a')
      const { status, code } = NginxHost.parse('user@a')
      assert.deepEqual([status, code], [400, 'host/byte'])
      assert.throws(() => NginxHost.parse('a', '1'), { code: 'abi/argument' })
      assert.throws(() => NginxHost.parse(null), TypeError)
    })

    const servers = new NginxServers(`
      server {
          server_name tuleap.example.com;
          location / {
              proxy_set_header Host $host;
              proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
              proxy_pass http://127.0.0.1:8080;
          }
      }
      server { server_name other.example; }
    `)
    const facts = { remoteAddr: '192.0.2.7', scheme: 'https' }

    test('a server is found, and what the next one is sent', () => {
      const head = 'GET //a%2Fb HTTP/1.1\r\nHost: TULEAP.example.com:443\r\nForwarded: for=6\r\n\r\n'
      const answer = servers.answer(head, facts)
      assert.ok(answer instanceof ServerAnswer && answer.head instanceof RequestHead)
      assert.deepEqual(
        [answer.host, answer.server, answer.serverName, answer.redirect],
        ['tuleap.example.com', 0, 'tuleap.example.com', null],
      )
      assert.deepEqual([answer.location.modifier, answer.location.pattern], ['', '/'])
      const { backend, target, lines } = answer.upstream
      assert.deepEqual([backend, target], ['http://127.0.0.1:8080', '//a%2Fb'])
      assert.deepEqual(lines[1], ['X-Forwarded-For', '192.0.2.7'])
      assert.ok(lines.some(([name]) => name === 'Forwarded'))
      assert.equal(answer.toJSON().target, '//a%2Fb')
      assert.match(String(answer), /^server 0 "tuleap.example.com"/)
      const other = servers.answer('GET / HTTP/1.1\r\nHost: other.example\r\n\r\n', facts)
      assert.deepEqual([other.server, other.location, other.upstream], [1, null, null])
      const again = new NginxServers(String(servers), { nginx: '1.22' })
      assert.equal(String(again), String(servers))
    })

    test('what is wrong is said', () => {
      const refused = servers.answer('GET / HTTP/1.1\r\nHost: a/b\r\n\r\n', facts)
      assert.deepEqual([refused.status, refused.code], [400, 'host/byte'])
      assert.throws(
        () => new NginxServers('server {\n  listen 80;\n}'),
        (error) => {
          assert.match(error.code, /^servers\//)
          assert.equal(error.line, 2)
          return true
        },
      )
      const ask = (facts) => servers.answer('GET / HTTP/1.0\r\n\r\n', facts)
      assert.throws(() => ask({ ...facts, remoteAddr: 'a' }), { code: 'peer/not-an-address' })
      assert.throws(() => ask({ ...facts, scheme: 'ftp' }), { code: 'abi/argument' })
      assert.throws(() => ask({ ...facts, scheme: undefined }), TypeError)
      assert.throws(() => new NginxServers(), TypeError)
      assert.throws(() => new NginxServers('', { nginx: '1' }), { code: /./ })
    })
  })
}
