// What is thrown: the same codes and texts as in every language, and the language's own errors
// for arguments of a wrong type.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { packages, require } from './packages.mjs'

for (const [name] of packages) {
  const front = require(name)
  const {
    ClientIpResolver,
    ForwardedHop,
    NginxRealip,
    OriginPolicy,
    TrustedProxies,
    TuleapCompat,
    TuleapFrontError,
  } = front
  const local = { scheme: 'http', host: 'h', port: 80 }

  /** The error of a call, which must be one of the package. */
  const refused = (call) => {
    try {
      call()
    } catch (error) {
      assert.ok(error instanceof TuleapFrontError && error instanceof Error, String(error))
      assert.equal(error.name, 'TuleapFrontError')
      return error
    }
    return assert.fail('nothing was thrown')
  }

  describe(name, () => {
    test('a refused list says what, where, and what to write instead', () => {
      const error = refused(() => new TrustedProxies('127.0.0.1,\n10.0.0.0/33'))
      assert.deepEqual(
        { ...error },
        {
          code: 'trusted-proxies/prefix-range',
          hint: 'at most 32 here',
          entry: 1,
          offset: 20,
          offsetInEntry: 9,
          length: 2,
          line: 2,
          column: 10,
        },
      )
      assert.equal(
        error.message,
        'entry 1 "10.0.0.0/33" (line 2, column 10): the prefix is too long: at most 32 here',
      )
      assert.equal(
        refused(() => new ClientIpResolver('10.0.0.1/8')).code,
        'trusted-proxies/host-bits-set',
      )
      assert.equal(refused(() => new TrustedProxies('0.0.0.0/0')).code, 'trusted-proxies/trust-all')
    })

    test('every other refusal has its code', () => {
      const resolver = new ClientIpResolver('10.0.0.1')
      const policy = new OriginPolicy()
      const hop = ForwardedHop.recommended()
      const codes = {
        'forwarding-header/name': () => new ClientIpResolver('', { headers: ['X-Real-IP:'] }),
        'allowed-hosts/empty': () => new OriginPolicy({ forwardedHost: true }),
        'allowed-hosts/host': () => new OriginPolicy({ allowedHosts: ['a.example', 'a b'] }),
        'nginx-realip/entry': () => new NginxRealip(['10.0.0.1', 'proxy.internal']),
        'nginx-realip/header': () => new NginxRealip([], { header: 'X Real' }),
        'peer/not-an-address': () => new TrustedProxies('').contains('10.0.0.1:80'),
        'abi/argument': () => ForwardedHop.documented('other'),
      }
      for (const [code, call] of Object.entries(codes)) assert.equal(refused(call).code, code)
      assert.equal(refused(codes['allowed-hosts/host']).entry, 1)
      assert.equal(refused(codes['nginx-realip/entry']).entry, 1)
      const peers = [
        () => resolver.trusts(undefined),
        () => resolver.trusts('localhost'),
        () => new NginxRealip([]).resolve('localhost', {}),
        () => hop.headers(resolver, policy, undefined, {}, local),
      ]
      for (const call of peers) assert.equal(refused(call).code, 'peer/not-an-address')
      const words = [
        () => new ClientIpResolver('', { dangerAnyPeer: true }),
        () => hop.with('Accept', 'keep'),
        () => hop.with('Host', 'drop'),
        () => new NginxRealip([], { rules: '1.0' }),
        () => policy.origin(resolver, '10.0.0.1', {}, { ...local, scheme: 'ftp' }),
      ]
      for (const call of words) assert.equal(refused(call).code, 'abi/argument')
    })

    test('arguments of a wrong type are a TypeError', () => {
      const resolver = new ClientIpResolver('10.0.0.1')
      const policy = new OriginPolicy()
      const hop = ForwardedHop.recommended()
      const others = [undefined, null, 5, true, Symbol('x'), 10n, {}, [], () => '']
      const texts = {
        'a list': (value) => new TrustedProxies(value),
        'an address': (value) => new TrustedProxies('').contains(value),
        'a setting': (value) => new TuleapCompat(value),
        "a header's name": (value) => hop.strips(value),
        'a directive': (value) => hop.with('Host', value),
        'a resolver': (value) => hop.forResolver(value),
        'a policy': (value) => hop.headers(resolver, value, '10.0.0.1', {}, local),
        'a scheme': (value) => policy.origin(resolver, '10.0.0.1', {}, { ...local, scheme: value }),
      }
      for (const [what, call] of Object.entries(texts)) {
        for (const value of others)
          assert.throws(() => call(value), TypeError, `${what}: ${String(value)}`)
      }
      const optional = others.filter((value) => value !== undefined && value !== null)
      for (const value of optional) {
        assert.throws(() => resolver.resolve(value, {}), TypeError)
        assert.throws(() => resolver.resolveValues(value, '1.2.3.4'), TypeError)
        assert.throws(() => new TuleapCompat('').resolve(value, ''), TypeError)
        if (!Array.isArray(value))
          assert.throws(() => resolver.resolveValues('10.0.0.1', value), TypeError)
        if (typeof value !== 'object')
          assert.throws(() => resolver.resolve('10.0.0.1', value), TypeError)
        if (typeof value !== 'object') assert.throws(() => new TrustedProxies('', value), TypeError)
        if (typeof value !== 'boolean')
          assert.throws(() => new TrustedProxies('', { commasOnly: value }), TypeError)
        if (typeof value !== 'number')
          assert.throws(() => new ClientIpResolver('', { hops: value }), TypeError)
      }
      assert.throws(() => resolver.resolveValues('10.0.0.1', ['1.2.3.4', 5]), TypeError)
      for (const headers of [
        ['a'],
        ['a', 5],
        [['a']],
        [['a', 5]],
        [5],
        [['a', 'b', 'c']],
        { a: 5 },
        { a: [5] },
        'a: b',
        null,
        undefined,
      ]) {
        assert.throws(() => resolver.resolve('10.0.0.1', headers), TypeError)
        assert.throws(() => resolver.explain('10.0.0.1', headers), TypeError)
      }
      assert.throws(() => policy.origin(resolver, '10.0.0.1', {}), TypeError)
      assert.throws(
        () => policy.origin(resolver, '10.0.0.1', {}, { scheme: 'http', host: 'h' }),
        TypeError,
      )
      assert.throws(() => TrustedProxies(''), TypeError)
      assert.throws(() => TrustedProxies.prototype.contains.call({}, '10.0.0.1'), TypeError)
    })

    test('numbers out of range are a RangeError', () => {
      for (const count of [0, -1, 256, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 40]) {
        assert.throws(() => new ClientIpResolver('', { hops: count }), RangeError)
        assert.throws(() => new ClientIpResolver('', { maxHops: count }), RangeError)
        assert.throws(() => new OriginPolicy({ protoHops: count }), RangeError)
      }
      const ask = (port) =>
        new OriginPolicy().origin(new ClientIpResolver(''), '10.0.0.1', {}, { ...local, port })
      for (const port of [-1, 65536, 0.5]) assert.throws(() => ask(port), RangeError)
      assert.equal(ask(0).port, 0)
    })
  })
}
