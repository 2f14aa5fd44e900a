// A panic in Rust is an exception in JavaScript, and the process and the module live on. The
// packages of this test are built with the feature panic-test: one list and one peer panic.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'

import { paths } from '../scripts/paths.mjs'
import { packages } from './packages.mjs'

const require = createRequire(new URL('tests.js', paths.panic))

for (const [name, backend] of packages) {
  test(`${name}: a panic is an error with a code`, () => {
    const { ClientIpResolver, TrustedProxies, TuleapFrontError, ...front } = require(name)
    assert.equal(front.backend, backend)
    const resolver = new ClientIpResolver('10.0.0.1')
    const isFault = (error) => {
      assert.ok(error instanceof TuleapFrontError)
      assert.equal(error.code, 'abi/panic')
      assert.match(error.message, /^a fault of the library, please report it: /)
      assert.ok(error.cause instanceof Error)
      return true
    }
    for (let round = 0; round < 5; round += 1) {
      assert.throws(() => new TrustedProxies('panic-test'), isFault)
      assert.throws(() => resolver.resolveValues('panic-test', '203.0.113.9'), isFault)
      assert.throws(
        () => resolver.resolve('panic-test', { 'x-forwarded-for': '203.0.113.9' }),
        isFault,
      )
      assert.equal(resolver.resolveValues('10.0.0.1', '203.0.113.9').addr, '203.0.113.9')
    }
  })
}
