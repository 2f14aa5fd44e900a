// What is compressed: in both packages.

import assert from 'node:assert/strict'
import { OutgoingMessage } from 'node:http'
import { describe, test } from 'node:test'

import { packages, require } from './packages.mjs'

for (const [name] of packages) {
  const { GzipExplanation, GzipPolicy, TuleapFrontError } = require(name)

  describe(name, () => {
    const facts = (request, response, more = {}) => ({
      scheme: 'https',
      request: { 'accept-encoding': 'gzip', ...request },
      status: 200,
      response,
      now: 1_790_000_000.9,
      ...more,
    })

    test('a style is compressed, a page for one user is not', () => {
      const policy = new GzipPolicy()
      const style = facts({ cookie: 'a' }, { 'content-type': 'text/css', ETag: '"a"' })
      assert.deepEqual(policy.decide(style), {
        compresses: true,
        reason: 'accepted',
        code: 'gzip/accepted',
        text: 'the client takes gzip, and nothing is in the way',
        varies: true,
        etag: 'weaken',
        removes: ['content-length', 'accept-ranges'],
      })
      assert.deepEqual(policy.responseLines(style), [
        ['Content-Type', 'text/css'],
        ['Vary', 'Accept-Encoding'],
        ['ETag', 'W/"a"'],
        ['Content-Encoding', 'gzip'],
      ])
      const page = facts({ cookie: 'a' }, { 'content-type': 'text/html' })
      assert.deepEqual(
        [policy.decide(page).reason, policy.decide(page).varies],
        ['secret', true],
      )
      const masks = GzipPolicy.recommended({ secrets: 'compress' })
      assert.equal(masks.decide(page).compresses, true)
      assert.equal(policy.decide({ ...page, scheme: 'http' }).compresses, true)
    })

    test('an explanation says what was looked at', () => {
      const policy = new GzipPolicy('gzip on; gzip_proxied no-cache;')
      const response = { 'content-type': 'text/html', 'cache-control': 'max-age=60' }
      const explanation = policy.explain(facts({ via: '1.1 proxy' }, response))
      assert.ok(explanation instanceof GzipExplanation)
      const { reason, compresses, steps } = explanation.toJSON()
      assert.deepEqual([reason, compresses], ['proxied-cache-control', false])
      assert.deepEqual(steps.at(-1), { check: 'cache-control', seen: 'max-age=60', decides: true })
      assert.match(String(explanation), /^gzip no \(proxied-cache-control\)\n/)
    })

    test('a policy says what it was made of', () => {
      const policy = GzipPolicy.documented()
      assert.deepEqual(
        [policy.isRecommended, policy.isOn, policy.hasVary, policy.hasAllTypes],
        [false, true, true, false],
      )
      assert.deepEqual(policy.proxied, ['expired', 'no-cache', 'no-store', 'private', 'auth'])
      assert.deepEqual(policy.disable, ['MSIE [1-6]\\.'])
      assert.deepEqual([policy.minLength, policy.httpVersion], [20, 'HTTP/1.1'])
      assert.deepEqual([policy.expires, policy.passesDate], ['off', false])
      assert.deepEqual([policy.nginx, policy.secrets], ['current', 'identity'])
      assert.deepEqual(GzipPolicy.documented('distributed').types, policy.types)
      assert.ok(GzipPolicy.tuleap().types.includes('application/json'))
      const old = GzipPolicy.tuleap({ nginx: '1.22', secrets: 'compress', expires: 'modified 1d' })
      assert.deepEqual([old.nginx, old.secrets, old.expires], ['1.22', 'compress', 'modified 1d'])
      assert.equal(String(new GzipPolicy(String(old))), String(old))
      assert.equal(new GzipPolicy().isRecommended, true)
      policy.types.push('image/png')
      assert.ok(!policy.types.includes('image/png'))
    })

    test('two lines are two lines, and rules differ', () => {
      const two = [
        ['Content-Type', 'image/png'],
        ['Content-Type', 'text/html'],
      ]
      const decide = (nginx) => new GzipPolicy('gzip on;', { nginx }).decide(facts({}, two))
      assert.deepEqual([decide('current').compresses, decide('1.22').compresses], [false, true])
    })

    test('a length is that of the header, or the one that is given', () => {
      const policy = new GzipPolicy()
      const css = { 'content-type': 'text/css', 'content-length': '3' }
      assert.equal(policy.decide(facts({}, css)).reason, 'too-short')
      assert.equal(policy.decide(facts({}, css, { length: 300 })).reason, 'accepted')
      assert.equal(policy.decide(facts({}, css, { length: 'unknown' })).reason, 'accepted')
      const message = new OutgoingMessage()
      message.setHeader('Content-Type', 'text/css')
      message.setHeader('Content-Length', 4)
      assert.equal(policy.decide(facts({}, message.getHeaders())).reason, 'too-short')
      assert.equal(policy.decide(facts({}, new Headers(css))).reason, 'too-short')
    })

    test('an expires is written, by the time that is given', () => {
      const policy = GzipPolicy.documented('reverse-proxy', { expires: '1h' })
      const lines = policy.responseLines(facts({}, { 'content-type': 'image/png' }, { now: 0 }))
      assert.deepEqual(lines, [
        ['Content-Type', 'image/png'],
        ['Expires', 'Thu, 01 Jan 1970 01:00:00 GMT'],
        ['Cache-Control', 'max-age=3600'],
      ])
    })

    test('what is wrong is said', () => {
      assert.throws(
        () => new GzipPolicy('gzip on;\ngzip_vary yes;'),
        (error) => {
          assert.ok(error instanceof TuleapFrontError)
          assert.deepEqual([error.code, error.hint], ['gzip/switch', 'write on or off'])
          assert.deepEqual([error.entry, error.line, error.column], [1, 2, 11])
          return true
        },
      )
      assert.throws(() => new GzipPolicy(''), { code: 'gzip/empty' })
      for (const [expires, code] of [
        ['', 'expires/empty'],
        ['@25h', 'expires/daily'],
      ]) {
        assert.throws(() => new GzipPolicy(undefined, { expires }), { code })
      }
      for (const options of [{ nginx: '1.0' }, { secrets: 'mask' }])
        assert.throws(() => GzipPolicy.tuleap(options), { code: 'abi/argument' })
      assert.throws(() => GzipPolicy.documented('a'), TuleapFrontError)
      assert.throws(() => new GzipPolicy(1), TypeError)
      const policy = new GzipPolicy()
      for (const wrong of [
        { now: undefined },
        { now: new Date(0) },
        { status: undefined },
        { status: '200' },
        { request: undefined },
        { response: null },
        { length: '3' },
        { scheme: undefined },
      ]) {
        assert.throws(() => policy.decide(facts({}, {}, wrong)), TypeError, JSON.stringify(wrong))
      }
      for (const wrong of [{ now: Infinity }, { status: 70_000 }, { length: -1 }])
        assert.throws(() => policy.decide(facts({}, {}, wrong)), RangeError)
      for (const wrong of [{ scheme: 'ftp' }, { version: '1.1' }])
        assert.throws(() => policy.explain(facts({}, {}, wrong)), { code: 'abi/argument' })
    })
  })
}
