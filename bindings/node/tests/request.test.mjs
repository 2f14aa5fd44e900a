// What nginx reads of a request line, redirects to https, and chains of hops: in both packages.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { packages, require } from './packages.mjs'

for (const [name] of packages) {
  const { HttpsRedirect, Locations, ProxyChain, RequestLine, RequestTarget, Routes, SshStream, TuleapFrontError } =
    require(name)

  describe(name, () => {
    test('a target is read as nginx reads it', () => {
      const target = RequestTarget.parse('http://a.example/plugins%2Fsvn//a/../%61.css?x=%2e#top')
      assert.ok(target instanceof RequestTarget)
      assert.deepEqual(
        [target.uri, target.args, target.host],
        ['/plugins/svn/a.css', 'x=%2e', 'a.example'],
      )
      assert.equal(target.requestUri, '/plugins%2Fsvn//a/../%61.css?x=%2e#top')
      assert.equal(RequestTarget.parse('/a//b', { mergeSlashes: false }).uri, '/a//b')
      assert.equal(RequestTarget.parse('/%e9').uri, '/\u00e9')
      assert.throws(() => RequestTarget.parse(undefined), TypeError)
    })

    test('what nginx refuses, says what it answers', () => {
      const { status, reason, code, text } = RequestTarget.parse('/svn/%2e%2e/..')
      assert.deepEqual([status, reason, code], [400, 'above-root', 'request-target/above-root'])
      assert.notEqual(text, '')
      assert.equal(RequestLine.parse('GET / HTTP/2.0').status, 505)
      assert.equal(RequestLine.parse('TRACE / HTTP/1.1').status, 405)
      assert.equal(RequestLine.parse('CONNECT /x HTTP/1.1').status, 400)
      assert.equal(RequestLine.parse('CONNECT /x HTTP/1.1', { nginx: '1.22' }).status, 405)
    })

    test('a line is read', () => {
      const line = RequestLine.parse('COPY /svn/a%20b HTTP/1.1\r\n')
      assert.deepEqual([line.method, line.target.uri, line.version], ['COPY', '/svn/a b', 'HTTP/1.1'])
      assert.equal(RequestLine.parse('GET /').version, 'HTTP/0.9')
      assert.throws(() => RequestLine.parse('GET /', { nginx: '1.0' }), TuleapFrontError)
    })

    test('a request over http is sent to the configured host', () => {
      const redirect = new HttpsRedirect('tuleap.example.com')
      const get = { scheme: 'http', method: 'GET', target: '//evil.example/a%20b?c#d' }
      const answer = redirect.decide(get)
      assert.deepEqual(
        [answer.action, answer.status, answer.location],
        ['redirect', 301, 'https://tuleap.example.com//evil.example/a%20b?c#d'],
      )
      assert.equal(redirect.decide({ ...get, method: 'COPY' }).status, 308)
      assert.equal(redirect.decide({ ...get, scheme: 'https' }).action, 'stay')
      const refused = redirect.decide({ ...get, target: '/a\r\nb' })
      assert.deepEqual([refused.action, refused.status, refused.location], ['refuse', 400, null])
      assert.match(refused.code, /^request-target\//)
      const explanation = redirect.explain(get)
      assert.notEqual(String(explanation), '')
      assert.equal(explanation.toJSON().location, answer.location)
    })

    test('the documented redirect, and the choices of both', () => {
      const facts = { scheme: 'http', method: 'POST', target: '/a' }
      const simple = HttpsRedirect.documented('reverse-proxy', 'Tuleap.Example.com other.example')
      assert.equal(simple.decide(facts).location, 'https://tuleap.example.com:443/a')
      assert.equal(simple.decide(facts).status, 301)
      const distributed = HttpsRedirect.documented('distributed', 'a.example', { status: 'found' })
      assert.deepEqual(
        [distributed.decide(facts).status, distributed.decide(facts).location],
        [302, 'https://a.example/a'],
      )
      const other = new HttpsRedirect('https://a.example:8443', { status: 'temporary-redirect' })
      assert.deepEqual(
        [other.decide(facts).status, other.decide(facts).location],
        [307, 'https://a.example:8443/a'],
      )
      assert.throws(() => new HttpsRedirect('a b'), { code: /^https-origin\// })
      assert.throws(() => new HttpsRedirect('a.example', { status: '301' }), TuleapFrontError)
      assert.throws(() => new HttpsRedirect('a.example').decide({ target: '/' }), TypeError)
    })

    test('a location is chosen as nginx chooses it', () => {
      const rules = [
        { modifier: '', pattern: '/', name: 'web' },
        { modifier: '^~', pattern: '/svnplugin', name: 'svn' },
        { modifier: '~*', pattern: '\\.(?:js|css)$', name: 'media' },
      ]
      const locations = new Locations(rules)
      assert.equal(locations.find('/a.CSS').name, 'media')
      const found = locations.find('/svnplugin/a/logo.css')
      assert.deepEqual(found, { ...rules[1], index: 1, reason: 'stopping-prefix' })
      assert.match(String(locations.explain('/a.css')), /media/)
      assert.equal(locations.explain('/a.css').toJSON().location, 'media')
      assert.deepEqual(new Locations(String(locations)).find('/a.CSS'), locations.find('/a.CSS'))
      assert.equal(new Locations('= /a a').find('/b'), null)
      assert.throws(
        () => new Locations('/ a\n~ ^/(?!svn) b'),
        (error) => {
          assert.equal(error.code, 'locations/unsupported-pattern')
          assert.deepEqual([error.entry, error.line, error.column], [1, 2, 5])
          return true
        },
      )
      assert.throws(() => new Locations([{ modifier: '!', pattern: '/', name: '' }]), TuleapFrontError)
      assert.throws(() => new Locations(1), TypeError)
    })

    test('a route is found, and files are asked for', () => {
      const routes = Routes.documented('distributed')
      assert.deepEqual(routes.backends, ['web', 'php', 'svn'])
      const asked = []
      const files = (path) => {
        asked.push(path)
        return path.endsWith('.css') ? 'file' : 'missing'
      }
      const svn = routes.route('/svnplugin//a%20b?c', files)
      assert.deepEqual([svn.backend, svn.backendTarget], ['svn', '/svnplugin//a%20b?c'])
      const script = routes.route('/plugins/svn/?group_id=1', files)
      assert.deepEqual(
        [script.outcome, script.backend, script.uri, script.args, script.internalRedirects],
        ['fastcgi', 'php', '/index.php', 'group_id=1', 1],
      )
      assert.equal(script.file, script.documentRoot + script.scriptName)
      assert.ok(asked.length > 0)
      const recommended = Routes.recommended()
      const style = recommended.route('/viewvc-theme-tuleap/a.css', files, { method: 'POST' })
      assert.deepEqual([style.outcome, style.isAllowed], ['file', false])
      const refused = routes.route('/%', files)
      assert.deepEqual([refused.status, refused.code], [400, 'request-target/escape'])
      const explanation = routes.explain('/plugins/svn/', files)
      assert.notEqual(String(explanation), '')
      assert.equal(explanation.toJSON().backend, 'php')
      const tryFiles = Routes.documented('distributed', 'try-files')
      assert.equal(tryFiles.route('/a', files).backend, 'php')
      assert.equal(new Routes(String(routes)).route('/svnplugin/a', files).backend, 'svn')
      assert.throws(() => new Routes('/ what'), TuleapFrontError)
      assert.throws(() => tryFiles.route('/a', () => 'perhaps'), TuleapFrontError)
      assert.throws(() => routes.route('/a'), TypeError)
    })

    test('the numbers of the ssh stream', () => {
      const { listen, maxFails, failTimeout, connectTimeout, timeout } = SshStream.documented()
      assert.deepEqual([listen, maxFails, failTimeout, connectTimeout, timeout], [22, 2, 5, 1, 3])
      assert.equal(SshStream.recommended().timeout, 3600)
    })

    test('a chain of hops says where it loops, and why', () => {
      const chain = new ProxyChain('lb: https; nginx: http, redirects')
      assert.equal(chain.verdict('https'), 'loop')
      assert.equal(chain.verdict('http'), 'unreachable')
      const explanation = chain.explain()
      assert.equal(explanation.isSound, false)
      assert.equal(explanation.https.tls_ends_at, 'lb')
      assert.match(explanation.https.text, /^TLS ends at lb; nginx believes http because .* loop$/)
      assert.equal(explanation.https.causes[0].hop.length > 0, true)
      assert.equal(String(chain.corrected()), explanation.corrected)
      assert.equal(chain.corrected().verdict('https'), 'served')
      assert.notEqual(String(explanation), '')
      assert.equal(JSON.parse(JSON.stringify(explanation)).is_sound, false)
    })

    test('a chain that cannot be read, says where', () => {
      assert.throws(
        () => new ProxyChain('lb: https; nginx: htp'),
        (error) => {
          assert.ok(error instanceof TuleapFrontError)
          assert.match(error.code, /^proxy-chain\//)
          assert.deepEqual([error.entry, error.line], [1, 1])
          return true
        },
      )
      assert.throws(() => new ProxyChain('a: http').verdict('ftp'), TuleapFrontError)
    })
  })
}
