// Where COPY and MOVE go: each name, each form of arguments, each default, in both packages.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { packages, require } from './packages.mjs'

for (const [name] of packages) {
  const { DestinationRule, NginxDestination, TuleapFrontError } = require(name)
  const copy = { method: 'COPY', host: 'tuleap.example.com' }

  describe(name, () => {
    test('a destination is mapped and its bytes are kept', () => {
      const rule = new DestinationRule('https://tuleap.example.com', 'http://127.0.0.1:8080')
      const value = 'https://me@tuleap.example.com:443/svn/a%20b \u00c3\u00a9'
      const rewrite = rule.rewriteValue(copy, value)
      assert.deepEqual(rewrite, {
        action: 'rewrite',
        value: 'http://127.0.0.1:8080/svn/a%20b \u00c3\u00a9',
        status: null,
        reason: null,
        code: null,
        text: null,
      })
      assert.deepEqual(rule.rewriteLines(copy, [value]), rewrite)
      assert.deepEqual(rule.rewrite(copy, { Destination: value }), rewrite)
      assert.deepEqual(rule.rewrite(copy, ['DESTINATION', value]), rewrite)
      assert.throws(() => (rewrite.action = 'unchanged'))
    })

    test('a refusal says what to answer, and nothing of the client', () => {
      const rule = DestinationRule.recommended()
      const refused = rule.rewriteValue(copy, 'https://other.example/a')
      assert.deepEqual(
        [refused.action, refused.value, refused.status, refused.reason, refused.code],
        ['reject', null, 502, 'foreign-origin', 'destination/foreign-origin'],
      )
      assert.equal(refused.text, 'the Destination is on another server')
      const lines = ['https://tuleap.example.com/a', 'https://tuleap.example.com/b']
      assert.equal(rule.rewriteLines(copy, lines).status, 400)
      assert.equal(rule.rewriteLines({ ...copy, method: 'GET' }, lines).action, 'unchanged')
      assert.equal(rule.rewrite(copy, {}).action, 'unchanged')
    })

    test('the host that is sent on is the client’s, unless another is given', () => {
      const rule = DestinationRule.recommended()
      const value = 'https://tuleap.example.com/a'
      assert.equal(rule.rewriteValue(copy, value).value, 'http://tuleap.example.com/a')
      const forwarded = { ...copy, forwardedHost: 'backend:8080' }
      assert.equal(rule.rewriteValue(forwarded, value).value, 'http://backend:8080/a')
      const none = { ...copy, forwardedHost: null }
      assert.equal(rule.rewriteValue(none, value).status, 502)
    })

    test('the choices', () => {
      const origins = ['https://a.example', 'https://b.example']
      const rule = new DestinationRule(origins, 'http', { foreign: 'pass', pathAbsolute: 'promote' })
      const facts = { method: 'MOVE', forwardedHost: 'b.example' }
      assert.equal(rule.rewriteValue(facts, 'https://c.example/d').action, 'unchanged')
      assert.equal(rule.rewriteValue(facts, '/d').value, 'http://b.example/d')
      assert.equal(rule.rewriteValue(facts, 'https://b.example/d').value, 'http://b.example/d')
    })

    test('an explanation says which origin, and no password', () => {
      const rule = new DestinationRule('https://a.example, https://b.example', 'http')
      const facts = { method: 'COPY', forwardedHost: 'b.example' }
      const explanation = rule.explain(facts, [['Destination', 'https://me:secret@b.example/d']])
      assert.deepEqual(
        [explanation.action, explanation.cause, explanation.code, explanation.entry],
        ['rewrite', 'public-origin', 'destination/public-origin', 1],
      )
      assert.deepEqual([explanation.origin, explanation.lines], ['https://b.example', 1])
      assert.equal(explanation.reason, null)
      assert.match(String(explanation), /because it is on the public origin 1, https:\/\/b\.example/)
      assert.equal(explanation.toJSON().next, 'http://b.example/d')
      assert.doesNotMatch(String(explanation) + JSON.stringify(explanation), /secret/)
    })

    test('the tags of If are mapped, where they are ours', () => {
      const rule = new DestinationRule('https://a.example', 'http://127.0.0.1:8080')
      assert.equal(rule.ifTags, 'rewrite')
      assert.equal(DestinationRule.recommended().ifTags, 'keep')
      assert.equal(new DestinationRule('auto', 'http', { ifTags: 'rewrite' }).ifTags, 'rewrite')
      const put = { method: 'PUT', host: 'a.example' }
      const value = '<https://a.example/b> (<https://a.example/token> ["c]"]) <https://x/d> (Not [e])'
      assert.equal(
        rule.rewriteIf(put, value),
        '<http://127.0.0.1:8080/b> (<https://a.example/token> ["c]"]) <https://x/d> (Not [e])',
      )
      assert.equal(rule.rewriteIf(put, '(<urn:1>)'), null)
      const malformed = rule.explainIf(put, '<https://a.example/b> (<urn:1>')
      assert.deepEqual([malformed.action, malformed.code], ['unchanged', 'if/unclosed-list'])
      const tags = rule.explainIf(put, '<https://me:secret@a.example/b> (<urn:1>)').tags
      assert.deepEqual([tags.length, tags[0].cause, tags[0].entry], [1, 'public-origin', 0])
      assert.equal(tags[0].next, 'http://127.0.0.1:8080/b')
      assert.doesNotMatch(tags[0].sent, /secret/)
    })

    test('a Location comes back to the public origin', () => {
      const rule = new DestinationRule('https://a.example', 'http://127.0.0.1:8080')
      const get = { method: 'GET', host: 'a.example' }
      const sent = 'http://127.0.0.1:8080/b?c#d'
      assert.equal(rule.rewriteLocation(get, sent), 'https://a.example/b?c#d')
      assert.equal(rule.rewriteLocation(get, 'http://other.example/b'), null)
      const explanation = rule.explainLocation(get, sent)
      assert.deepEqual(
        [explanation.action, explanation.code, explanation.entry, explanation.origin],
        ['rewrite', 'location/backend-origin', 0, 'https://a.example'],
      )
      const auto = DestinationRule.recommended()
      assert.equal(auto.rewriteLocation(get, 'http://a.example/b'), 'https://a.example/b')
      const plain = { ...get, scheme: 'http' }
      assert.equal(auto.rewriteLocation(plain, 'http://a.example/b'), null)
      const wrong = { ...get, scheme: 'ftp' }
      assert.throws(() => auto.rewriteLocation(wrong, 'http://a.example/b'), TuleapFrontError)
    })

    test('the documented rule, and what nginx sends', () => {
      const documented = DestinationRule.documented()
      assert.equal(documented.rewriteValue(copy, 'HTTPS://x/a%20b').value, 'http://x/a%20b')
      const lines = ['https://a/1', 'https://b/2']
      assert.equal(documented.rewriteLines(copy, lines).value, 'http://a/1, https://b/2')
      const old = DestinationRule.documented('reverse-proxy', '1.22')
      assert.equal(old.rewriteLines(copy, lines).value, 'http://a/1')
      const distributed = DestinationRule.documented('distributed')
      assert.equal(distributed.rewriteValue(copy, 'https://x/a').action, 'unchanged')
      const nginx = new NginxDestination()
      assert.equal(nginx.sent('/a', 'https://x/a%20b'), 'http://x/a%20b')
      assert.equal(nginx.sent('/a%20b', ['https://x/a%20b']), 'http://x/a%2520b')
      assert.equal(nginx.sent('/a', []), null)
    })

    test('what is refused, says where and what to write', () => {
      const make = () => new DestinationRule(['https://a.example', 'https://b.example/svn'], 'http')
      assert.throws(make, (error) => {
        assert.ok(error instanceof TuleapFrontError)
        assert.deepEqual([error.code, error.entry], ['destination-origin/path', 1])
        assert.match(error.hint, /^write /)
        return true
      })
      assert.throws(() => new DestinationRule('auto', 'ftp'), { code: 'destination-origin/scheme' })
      assert.throws(() => new DestinationRule('auto', 'http', { foreign: 'x' }), TuleapFrontError)
      assert.throws(() => new DestinationRule('auto'), TypeError)
      assert.throws(() => new DestinationRule([1], 'http'), TypeError)
      assert.throws(() => DestinationRule.documented('x'), TuleapFrontError)
      assert.throws(() => new NginxDestination('distributed', '1.0'), TuleapFrontError)
      assert.throws(() => DestinationRule.recommended().rewriteValue({}, 'x'), TypeError)
    })
  })
}
