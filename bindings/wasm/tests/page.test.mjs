// The pages in headless Chromium: the playground and the example of the README, under the policy
// that the server sends.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { paths } from '../../node/scripts/paths.mjs'
import { dump, serving } from './chromium.mjs'

/** The document of a page that stands in a folder beside the package's folder `web`. */
const open = (folder, page) =>
  serving(
    { '/': folder, '/web/': new URL('node_modules/tuleap-front-wasm/web/', paths.staged) },
    (origin) => dump(`${origin}/${page}`),
  )

const playground = (values) =>
  open(new URL('playground/', paths.wasm), `index.html#${new URLSearchParams(values)}`)

/** The text of the element with this id; its tags are left out. */
const textOf = (document, id) => {
  const [, name, after] =
    document.match(new RegExp(`<(\\w+)[^>]* id="${id}"[^>]*>([\\s\\S]*)`)) ??
    assert.fail(`no ${id}`)
  return after
    .slice(0, after.indexOf(`</${name}>`))
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
const isHidden = (document, id) => new RegExp(`id="${id}"[^>]* hidden`).test(document)

test('the example of the README', async () => {
  assert.match(
    await open(new URL('browser/', paths.examples), 'index.html'),
    /<body>the client is 203\.0\.113\.9<\/body>/,
  )
})

test('the playground explains its first example', async () => {
  const document = await playground({})
  assert.equal(textOf(document, 'client'), '203.0.113.9')
  assert.equal(textOf(document, 'kind'), 'forwarded')
  assert.match(
    textOf(document, 'steps'),
    /^peer 192\.168\.0\.7 trusted x-forwarded-for\[-1\] 192\.168\.0\.8 trusted .* client$/,
  )
  assert.match(
    textOf(document, 'sent'),
    /X-Real-IP 203\.0\.113\.9 X-Forwarded-For 203\.0\.113\.9 .* X_Forwarded_For removed$/,
  )
  assert.match(textOf(document, 'version'), /^tuleap-front \d/)
  assert.ok(isHidden(document, 'refused') && !isHidden(document, 'answer'))
})

test('the playground takes a request from its address', async () => {
  const document = await playground({
    peer: '::1',
    trusted: 'loopback',
    header: 'Forwarded',
    head: 'Forwarded: for=_x\nno header',
  })
  assert.deepEqual([textOf(document, 'client'), textOf(document, 'kind')], ['::1', 'unnamed'])
  assert.equal(textOf(document, 'unreadable'), 'Not a header: line 2.')
})

test('what somebody writes is text, not HTML', async () => {
  const document = await playground({
    peer: '::1',
    trusted: '::1',
    head: 'X-Forwarded-For: <b>hi</b>',
  })
  assert.match(document, /<td class="code">&lt;b&gt;hi&lt;\/b&gt;<\/td>/)
})

test('the playground marks the faulty part of a list', async () => {
  const document = await playground({ peer: '::1', trusted: 'é, 10.0.0.1/8' })
  assert.match(document, /<mark[^>]*>é<\/mark>, 10\.0\.0\.1\/8/)
  const other = await playground({ peer: '::1', trusted: '127.0.0.1, 10.0.0.1/8' })
  assert.match(textOf(other, 'problem'), /host bits|bits set/)
  assert.match(other, /127\.0\.0\.1, <mark[^>]*>10\.0\.0\.1\/8<\/mark>/)
  assert.ok(!isHidden(other, 'refused') && isHidden(other, 'answer'))
})
