// What is cached: in both packages.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { packages, require } from './packages.mjs'

for (const [name] of packages) {
  const { CacheExplanation, CacheKey, CacheLevels, CachePolicy, CacheZone, GzipPolicy, Locations } =
    require(name)

  describe(name, () => {
    const facts = { scheme: 'https', host: 'tuleap.example.com', target: '/a.css', headers: {} }
    const style = { status: 200, headers: { 'content-type': 'text/css' } }

    test('a key names a file', () => {
      const key = CacheKey.documented('http', 'GET', 'tuleap.example.com', '/c002/a.css')
      assert.equal(String(key), 'httpGETtuleap.example.com/c002/a.css')
      assert.equal(JSON.stringify({ key }), '{"key":"httpGETtuleap.example.com/c002/a.css"}')
      assert.equal(key.md5, 'c1b46a28356afba7bfb22f8d73acdd19')
      assert.equal(key.path('1:2'), '9/d1/c1b46a28356afba7bfb22f8d73acdd19')
      assert.equal(key.path(new CacheLevels('')), 'c1b46a28356afba7bfb22f8d73acdd19')
      const varied = new CacheKey('httpGETtuleap.example.com/c199/a.css')
      const variant = (value) => varied.variant('Accept-Encoding', { 'accept-encoding': value })
      assert.equal(variant('gzip'), 'ce010beae4a158d61f47a59a1314babf')
      assert.notEqual(variant('gzip, br'), variant('br, gzip'))
      assert.notEqual(new CacheKey('\u00e9').md5, new CacheKey('?').md5)
      assert.throws(() => key.path('1:3'), { code: 'cache-levels/digit' })
      assert.throws(() => key.path(1), TypeError)
      assert.throws(() => new CacheKey(), TypeError)
      assert.throws(() => CacheKey.documented('ftp', '', '', ''), { code: 'abi/argument' })
    })

    test('levels are read', () => {
      const levels = new CacheLevels('1:2')
      assert.deepEqual([levels.digits, String(levels)], [[1, 2], '1:2'])
      assert.throws(
        () => new CacheLevels('1:2:2:2'),
        (error) => {
          assert.equal(error.code, 'cache-levels/count')
          assert.match(error.hint, /at most three/)
          return true
        },
      )
      assert.throws(() => new CacheLevels(12), TypeError)
    })

    test('a policy says what it was made of', () => {
      const policy = CachePolicy.documented()
      assert.deepEqual(
        [policy.isRecommended, policy.keyText, policy.inactive, policy.expires, policy.nginx],
        [false, '$scheme$request_method$host$request_uri', 1800, '1h', 'current'],
      )
      assert.deepEqual(policy.levels.digits, [1, 2])
      assert.ok(policy.locations instanceof Locations)
      assert.notEqual(policy.locations.find('/a.css'), null)
      assert.ok(policy.directives.some(([name]) => name === 'proxy_cache_valid'))
      assert.equal(String(new CachePolicy(String(policy))), String(policy))
      assert.equal(policy.gzip, null)
      assert.equal(CachePolicy.documented('distributed', { nginx: '1.22' }).nginx, '1.22')
      assert.equal(new CachePolicy().isRecommended, true)
      const own = new CachePolicy('proxy_cache zone; proxy_cache_key $uri; gzip on;')
      assert.ok(own.gzip instanceof GzipPolicy)
      assert.deepEqual([own.gzip.isOn, own.locations], [true, null])
    })

    test('what belongs to a user is not kept', () => {
      const policy = new CachePolicy()
      assert.deepEqual(policy.lookUp(facts), {
        action: 'look-up',
        reason: 'looked-up',
        code: 'cache/looked-up',
        text: policy.lookUp(facts).text,
      })
      assert.equal(String(policy.key(facts)), 'https://tuleap.example.com/a.css')
      const kept = policy.store(facts, style, 1000)
      assert.deepEqual([kept.isStored, kept.lifetime, kept.validUntil], [true, 3600, 4600])
      const page = { status: 200, headers: { 'set-cookie': ['a', 'b'], 'content-length': 3 } }
      const refused = policy.store(facts, page, 1000)
      assert.deepEqual([refused.isStored, refused.code], [false, 'cache/set-cookie'])
      assert.deepEqual([refused.lifetime, refused.variant], [null, null])
      const trick = { ...facts, target: '/account%2fx.css' }
      assert.deepEqual([policy.lookUp(trick).action, policy.lookUp(trick).reason], ['skip', 'path'])
      assert.equal(policy.store(facts, { ...style, body: 'cut' }, 0).reason, 'not-whole')
      assert.equal(policy.key({ ...facts, target: '' }), null)
    })

    test('the client gets lines, and people an explanation', () => {
      const policy = CachePolicy.documented()
      const headers = { 'cache-control': 'private', 'set-cookie': 'a', 'x-a': 'b' }
      const answer = { status: 200, headers }
      assert.deepEqual(policy.responseLines(facts, answer, 0), [
        ['cache-control', 'max-age=3600'],
        ['x-a', 'b'],
        ['Expires', 'Thu, 01 Jan 1970 01:00:00 GMT'],
      ])
      const explanation = policy.explain(facts, answer, 0)
      assert.ok(explanation instanceof CacheExplanation)
      const { verdict, stored, hidden } = explanation.toJSON()
      assert.deepEqual([verdict, stored, hidden], ['not stored', false, ['set-cookie']])
      assert.match(String(explanation), /^cache not stored \(private\)\n/)
      assert.match(String(policy.explainLookUp(facts)), /^cache looked up/)
    })

    test('a zone keeps what a policy stores', () => {
      const policy = new CachePolicy()
      const zone = new CacheZone(policy)
      assert.equal(zone.policy, policy)
      const asked = zone.ask(facts, 1000)
      assert.deepEqual([asked.status, asked.upstream.method], [null, 'GET'])
      assert.ok(asked.upstream.lines.some(([name]) => name.toLowerCase() === 'host'))
      const answered = zone.answer(asked.ticket, style, 1000)
      assert.deepEqual(
        [answered.cacheStatus, answered.status, answered.stores, answered.validUntil],
        ['MISS', 200, true, 4600],
      )
      assert.deepEqual([zone.isEmpty, new CacheZone(policy).isEmpty], [false, true])
      const hit = zone.ask(facts, 1001.5)
      assert.deepEqual([hit.cacheStatus, hit.ticket, hit.hasEntry], ['HIT', null, true])
      assert.equal(hit.path, policy.key(facts).path(policy.levels))
      assert.equal(new CacheZone(policy).ask(facts, 1001).cacheStatus, 'MISS')
      assert.equal(zone.answer(asked.ticket, style, 1000), null)
      assert.equal(zone.fail(99, 'timeout', 1000), null)
      const other = zone.ask({ ...facts, target: '/b.css' }, 1001)
      assert.equal(zone.fail(other.ticket, 'timeout', 1001).status, 504)
    })

    test('what is wrong is said', () => {
      assert.throws(
        () => new CachePolicy('proxy_cache zone;\nproxy_cache_key $uid;'),
        (error) => {
          assert.deepEqual([error.code, error.line], ['cache-policy/variable', 2])
          assert.match(error.hint, /\$request_uri/)
          return true
        },
      )
      const policy = new CachePolicy()
      const zone = new CacheZone(policy)
      assert.throws(() => new CachePolicy(1), TypeError)
      assert.throws(() => CachePolicy.documented('a'), { code: 'abi/argument' })
      assert.throws(() => CachePolicy.recommended({ nginx: '1' }), { code: 'abi/argument' })
      assert.throws(() => new CacheZone({}), TypeError)
      assert.throws(() => policy.lookUp({ ...facts, host: undefined }), TypeError)
      assert.throws(() => policy.lookUp({ ...facts, headers: null }), TypeError)
      assert.throws(() => policy.store(facts, style), TypeError)
      assert.throws(() => policy.store(facts, { status: 'a', headers: {} }, 0), TypeError)
      assert.throws(() => policy.store(facts, { ...style, body: 'half' }, 0), {
        code: 'abi/argument',
      })
      assert.throws(() => zone.ask(facts), TypeError)
      assert.throws(() => zone.answer(-1, style, 0), RangeError)
      assert.throws(() => zone.fail(0, 'a', 0), { code: 'abi/argument' })
    })
  })
}
