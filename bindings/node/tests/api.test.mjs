// The API of both packages: each name, each form of arguments, each default.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { packages, require } from './packages.mjs'

for (const [name, backend] of packages) {
  const front = require(name)
  const {
    ClientIpResolver,
    ForwardedHop,
    NginxRealip,
    OriginPolicy,
    TrustedProxies,
    TuleapCompat,
  } = front
  const local = { scheme: 'http', host: 'backend.internal', port: 8080 }

  describe(name, () => {
    test('says what it is', () => {
      assert.equal(front.backend, backend)
      assert.equal(front.version, require(`${name}/package.json`).version)
    })

    test('a list is read, merged and asked', () => {
      const proxies = new TrustedProxies('127.0.0.1, 10.0.0.0/9 10.128.0.0/9, unix: # ours')
      assert.equal(String(proxies), '10.0.0.0/8, 127.0.0.1, unix:')
      assert.deepEqual(proxies.networks, ['10.0.0.0/8', '127.0.0.1/32'])
      assert.equal(proxies.contains('10.9.9.9'), true)
      assert.equal(proxies.contains('::ffff:10.9.9.9'), true)
      assert.equal(proxies.contains('192.0.2.1'), false)
      assert.equal(proxies.contains('unix:'), true)
      assert.equal(proxies.trustsUnixSocket, true)
      assert.equal(proxies.isEmpty, false)
      assert.deepEqual(proxies.warnings, [])
    })

    test('an empty list trusts nobody', () => {
      const nobody = new TrustedProxies('')
      assert.equal(nobody.isEmpty, true)
      assert.equal(nobody.trustsUnixSocket, false)
      assert.deepEqual(nobody.networks, [])
      assert.equal(String(nobody), '')
    })

    test('the options of a list', () => {
      const everybody = new TrustedProxies('0.0.0.0/0', { allowTrustAll: true })
      assert.equal(everybody.contains('192.0.2.1'), true)
      const [warning] = everybody.warnings
      assert.deepEqual(
        [warning.code, warning.entry, warning.offset, warning.length],
        ['trusted-proxies/very-wide', 0, 0, 9],
      )
      assert.match(warning.message, /very wide/)
      assert.throws(() => new TrustedProxies('10.0.0.1 10.0.0.2', { commasOnly: true }))
    })

    test('an answer has every part and none of them can be changed', () => {
      const client = new ClientIpResolver('10.0.0.1').resolveValues(
        '10.0.0.1',
        '6.6.6.6, 203.0.113.9:4711',
      )
      const parts = {
        addr: '203.0.113.9',
        addrForLog: '203.0.113.9',
        port: 4711,
        kind: 'forwarded',
        reason: 'first-untrusted',
        code: 'client-ip/first-untrusted',
        hops: 1,
        isCertain: true,
      }
      assert.deepEqual(JSON.parse(JSON.stringify(client)), parts)
      for (const [part, value] of Object.entries(parts)) {
        assert.equal(client[part], value)
        assert.throws(() => (client[part] = 'x'), TypeError)
      }
      assert.equal(String(client), '203.0.113.9')
    })

    test('an address that is not certain has the longer name only', () => {
      const resolver = new ClientIpResolver('10.0.0.1')
      const hidden = resolver.resolveValues('10.0.0.1', 'unknown')
      assert.deepEqual(
        [hidden.addr, hidden.addrForLog, hidden.kind, hidden.reason, hidden.isCertain, hidden.port],
        [null, '10.0.0.1', 'unnamed', 'entry-unknown', false, null],
      )
      const nobody = resolver.resolveValues(undefined, '1.2.3.4')
      assert.deepEqual([nobody.addr, nobody.addrForLog, nobody.kind], [null, null, 'none'])
      assert.equal(String(nobody), '-')
      const edge = resolver.resolveValues('10.0.0.1', null)
      assert.deepEqual([edge.addr, edge.kind, edge.code], [null, 'edge', 'client-ip/no-header'])
    })

    test('equal answers are equal, others are not', () => {
      const resolver = new ClientIpResolver('10.0.0.1')
      const ask = (value) => resolver.resolveValues('10.0.0.1', value)
      assert.deepStrictEqual(ask('192.0.2.1'), ask('6.6.6.6, 192.0.2.1'))
      assert.notDeepStrictEqual(ask('192.0.2.1'), ask('192.0.2.2'))
    })

    test('hops are counted up to 255', () => {
      const resolver = new ClientIpResolver('10.0.0.0/8', { maxHops: 255 })
      const values = ['192.0.2.1', ...Array.from({ length: 254 }, (_, index) => `10.0.0.${index}`)]
      for (const count of [1, 25, 26, 62, 63, 190, 191, 254, 255]) {
        const client = resolver.resolveValues('10.0.0.1', values.slice(0, count).join(','))
        assert.deepEqual([client.hops, client.addr], [count, '192.0.2.1'])
      }
    })

    test('IPv6 addresses are written as RFC 5952 says', () => {
      const client = new ClientIpResolver('::1').resolveValues('::1', '"[2001:DB8:0:0::9]:443"')
      assert.deepEqual([client.addrForLog, client.port], ['::1', null])
      const bracketed = new ClientIpResolver('::1').resolveValues('::1', '[2001:DB8:0:0::9]:443')
      assert.deepEqual([bracketed.addr, bracketed.port], ['2001:db8::9', 443])
    })

    test('headers in every form that programs have them in', () => {
      const resolver = new ClientIpResolver(new TrustedProxies('10.0.0.1'))
      const forms = {
        'req.headers': { host: 'h', 'x-forwarded-for': '203.0.113.9' },
        'another spelling': { 'x-FORWARDED-for': '203.0.113.9', 'x-forwarded-by': 'x' },
        'a list of values': { 'X-Forwarded-For': ['6.6.6.6', '203.0.113.9'], te: undefined },
        'req.rawHeaders': [
          'Host',
          'h',
          'X-Forwarded-For',
          '6.6.6.6',
          'x-forwarded-for',
          '203.0.113.9',
        ],
        pairs: [
          ['Host', 'h'],
          ['x-forwarded-for', '203.0.113.9'],
        ],
        'a Map': new Map([['X-Forwarded-For', '203.0.113.9']]),
        Headers: new Headers({ 'X-Forwarded-For': '203.0.113.9' }),
        'a generator': (function* () {
          yield ['X-Forwarded-For', '6.6.6.6']
          yield ['X-Forwarded-For', '203.0.113.9']
        })(),
      }
      for (const [form, headers] of Object.entries(forms)) {
        assert.equal(resolver.resolve('10.0.0.1', headers).addr, '203.0.113.9', form)
      }
      for (const nothing of [{}, [], new Map(), new Headers(), { 'x-forwarded-fox': '1.2.3.4' }]) {
        assert.equal(resolver.resolve('10.0.0.1', nothing).reason, 'no-header')
      }
    })

    test('the options of a resolver', () => {
      const single = new ClientIpResolver('10.0.0.1', { headers: ['X-Real-IP'] })
      assert.equal(single.resolve('10.0.0.1', { 'x-real-ip': '192.0.2.1' }).addr, '192.0.2.1')
      assert.equal(
        single.resolve('10.0.0.1', { 'X-Real-IP': ['192.0.2.1', '192.0.2.2'] }).addr,
        null,
      )
      const several = new ClientIpResolver('10.0.0.1', { headers: ['X-Real-IP', 'Forwarded'] })
      assert.equal(several.resolve('10.0.0.1', { forwarded: 'for=192.0.2.1' }).addr, '192.0.2.1')
      assert.deepEqual(
        several.warnings.map((warning) => warning.code),
        ['client-ip/several-sources'],
      )
      const counted = new ClientIpResolver('10.0.0.1', { hops: 2 })
      assert.equal(counted.resolveValues('10.0.0.1', ['192.0.2.1', '192.0.2.2']).addr, '192.0.2.1')
      const danger = new ClientIpResolver('', { hops: 1, dangerAnyPeer: true })
      assert.equal(danger.resolveValues('198.51.100.1', '192.0.2.1').addr, '192.0.2.1')
      assert.deepEqual(
        danger.warnings.map((warning) => warning.code),
        ['client-ip/hops-with-peer-any'],
      )
      const short = new ClientIpResolver('10.0.0.0/8', { maxHops: 1 })
      assert.equal(
        short.resolveValues('10.0.0.1', '192.0.2.1, 10.0.0.3, 10.0.0.2').reason,
        'hop-limit',
      )
      assert.equal(single.trusts('10.0.0.1'), true)
      assert.equal(single.trusts('10.0.0.2'), false)
      assert.equal(new ClientIpResolver('unix:').trusts('unix:/run/front.sock'), true)
    })

    test('an explanation has the answer, the steps, text and data', () => {
      const resolver = new ClientIpResolver('10.0.0.0/8')
      const explanation = resolver.explain('10.0.0.1', {
        'X-Forwarded-For': '192.0.2.66, 203.0.113.9, 10.0.0.2',
      })
      assert.equal(explanation.client.addr, '203.0.113.9')
      assert.equal(explanation.source, 'x-forwarded-for')
      assert.equal(explanation.unread, '192.0.2.66'.length)
      assert.deepEqual(explanation.notes, [])
      assert.deepEqual(explanation.steps[1], {
        place: 'x-forwarded-for[-1]',
        text: '10.0.0.2',
        verdict: 'trusted',
      })
      assert.match(String(explanation), /^client 203\.0\.113\.9 \(forwarded: first-untrusted\)\n/)
      assert.deepEqual(JSON.parse(JSON.stringify(explanation)).steps[1], [
        'x-forwarded-for[-1]',
        '10.0.0.2',
        'trusted',
      ])
      assert.throws(() => (explanation.source = 'x'), TypeError)
      assert.throws(() => explanation.steps.push('x'), TypeError)
    })

    test('an origin comes from trusted peers only', () => {
      const resolver = new ClientIpResolver('10.0.0.1')
      const policy = new OriginPolicy({
        allowedHosts: ['.example.com'],
        forwardedHost: true,
        forwardedPort: true,
      })
      const headers = {
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'tuleap.example.com',
        'x-forwarded-port': '8443',
      }
      assert.deepEqual(policy.origin(resolver, '10.0.0.1', headers, local), {
        scheme: 'https',
        host: 'tuleap.example.com',
        port: 8443,
        schemeSource: 'forwarded',
        hostSource: 'forwarded',
        portSource: 'forwarded',
        notes: [],
        text: 'https://tuleap.example.com:8443',
      })
      const stranger = policy.origin(resolver, '192.0.2.1', headers, local)
      assert.deepEqual([stranger.scheme, stranger.host, stranger.port], ['http', null, 8080])
      assert.deepEqual(stranger.notes, ['host-not-allowed'])
      const plain = new OriginPolicy().origin(resolver, '10.0.0.1', headers, {
        ...local,
        host: null,
      })
      assert.deepEqual([plain.scheme, plain.host], ['https', null])
      const kept = new OriginPolicy({ forwardedScheme: false }).origin(
        resolver,
        '10.0.0.1',
        headers,
        local,
      )
      assert.equal(kept.scheme, 'http')
      const outer = new OriginPolicy({ protoHops: 2 })
      assert.equal(
        outer.origin(resolver, '10.0.0.1', { 'x-forwarded-proto': 'https, http' }, local).scheme,
        'https',
      )
    })

    test('a hop says what to set, to remove and to strip', () => {
      const resolver = new ClientIpResolver('10.0.0.1', { headers: ['X-Cdn-Client'] })
      const policy = new OriginPolicy()
      const headers = [
        ['X-Cdn-Client', '203.0.113.9'],
        ['X-Forwarded-For', '6.6.6.6'],
        ['X-Forwarded-Proto', 'https'],
      ]
      const hop = ForwardedHop.recommended()
      assert.deepEqual(hop.headers(resolver, policy, '10.0.0.1', headers, local), {
        'X-Real-IP': '203.0.113.9',
        'X-Forwarded-For': '203.0.113.9',
        'X-Forwarded-Proto': 'https',
        Host: 'backend.internal',
      })
      const documented = ForwardedHop.documented('distributed')
        .with('host', 'keep')
        .with('X-Real-IP', 'remove')
      assert.deepEqual(documented.headers(resolver, policy, '10.0.0.1', headers, local), {
        'X-Real-IP': null,
        'X-Forwarded-For': '6.6.6.6, 10.0.0.1',
        'X-Forwarded-Proto': 'http',
      })
      assert.deepEqual(
        [hop.strips('X_Forwarded_For'), hop.stripReason('X_Forwarded_For')],
        [true, 'forwarded-hop/alias'],
      )
      assert.deepEqual([hop.strips('Accept'), hop.stripReason('Accept')], [false, null])
      assert.deepEqual(
        [hop.strips('X-Cdn-Client'), hop.forResolver(resolver).strips('X-Cdn-Client')],
        [false, true],
      )
    })

    test("the dialect of nginx's realip", () => {
      const headers = { 'X-Forwarded-For': '6.6.6.6, 203.0.113.9:99, 10.0.0.2' }
      const recursive = new NginxRealip(['10.0.0.0/8'], {
        header: 'X-Forwarded-For',
        recursive: true,
      })
      assert.deepEqual(recursive.resolve('10.0.0.1', headers), {
        addr: '203.0.113.9',
        port: 99,
        isRewritten: true,
      })
      assert.deepEqual(new NginxRealip([]).resolve('10.0.0.1', headers), {
        addr: '10.0.0.1',
        port: null,
        isRewritten: false,
      })
      const real = new NginxRealip(['10.0.0.1'], { header: 'X-Real-IP' })
      const bracketed = { 'X-Real-IP': '[2001:db8::1]' }
      assert.equal(real.resolve('10.0.0.1', bracketed).addr, '2001:db8::1')
      const old = new NginxRealip(['10.0.0.1'], { rules: '1.22' })
      assert.equal(old.resolve('10.0.0.1', bracketed).addr, '10.0.0.1')
    })

    test('the dialect of Tuleap, and where it differs', () => {
      const tuleap = new TuleapCompat('10.0.0.1, proxy.example')
      assert.equal(tuleap.resolve('10.0.0.1', '6.6.6.6, 203.0.113.9'), '6.6.6.6, 203.0.113.9')
      assert.equal(tuleap.resolve('10.0.0.2', '6.6.6.6'), '10.0.0.2')
      assert.equal(tuleap.resolve(null, '6.6.6.6'), '')
      const both = tuleap.compare(
        new ClientIpResolver('10.0.0.1'),
        '10.0.0.1',
        '6.6.6.6, 203.0.113.9',
      )
      assert.deepEqual(
        [both.compat, both.strict.addr, both.differs],
        ['6.6.6.6, 203.0.113.9', '203.0.113.9', true],
      )
      assert.equal(
        tuleap.compare(new ClientIpResolver('10.0.0.1'), '10.0.0.1', undefined).differs,
        false,
      )
      assert.deepEqual(
        tuleap.warnings.map(({ code, entry }) => [code, entry]),
        [['tuleap-compat/not-an-ipv4-network', 1]],
      )
    })
  })
}

test('both packages have the same names', () => {
  const [native, wasm] = packages.map(([name]) => Object.keys(require(name)).sort())
  assert.deepEqual(native, wasm)
})
