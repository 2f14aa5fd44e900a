// Input that nobody sends by accident, threads, and memory: nothing may crash the host.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Worker } from 'node:worker_threads'

import { packages, require } from './packages.mjs'

const MEGABYTES_10 = 10 * 1024 * 1024

for (const [name] of packages) {
  const {
    ClientIpResolver,
    ForwardedHop,
    OriginPolicy,
    TrustedProxies,
    TuleapCompat,
    TuleapFrontError,
  } = require(name)

  describe(name, () => {
    const resolver = new ClientIpResolver('10.0.0.1')
    const ask = (value) => resolver.resolveValues('10.0.0.1', value)

    test('text that is no bytes names nobody', () => {
      // Cut to eight bits, the first would be 1.2.3.4, and the third would be an empty entry.
      const texts = [
        '\u0131.2.3.4',
        '1.2.3.\u{10034}',
        '\u012c',
        '\ud800',
        '1.2.3.4\udfff',
        '\u0100',
        '1.2.3.4\u0100',
        '\u01001.2.3.4',
      ]
      for (const text of texts) {
        assert.deepEqual(
          [ask(text).kind, ask(text).reason],
          ['unnamed', 'entry-malformed'],
          JSON.stringify(text),
        )
        assert.equal(resolver.resolve('10.0.0.1', { 'X-Forwarded-For': text }).kind, 'unnamed')
        assert.equal(resolver.resolve(text, {}).kind, 'none')
        assert.throws(() => new TrustedProxies(text), TuleapFrontError)
      }
      assert.equal(
        resolver.resolve('10.0.0.1', { 'X-Forwarded-For\u0100': '1.2.3.4' }).reason,
        'no-header',
      )
      const kelvin = new ClientIpResolver('10.0.0.1', { headers: ['X-K'] })
      assert.equal(kelvin.resolve('10.0.0.1', { 'X-\u212a': '1.2.3.4' }).reason, 'no-header')
      assert.equal(kelvin.resolve('10.0.0.1', { 'x-K': '1.2.3.4' }).addr, '1.2.3.4')
    })

    test('NUL bytes are bytes like others', () => {
      for (const text of ['\0', '1.2.3.4\0', '\x001.2.3.4', '1.2.3.4\0, 6.6.6.6\0']) {
        assert.equal(ask(text).kind, 'unnamed')
        assert.throws(() => resolver.trusts(text), TuleapFrontError)
      }
      assert.throws(() => new TrustedProxies('1.2.\x003.4'), TuleapFrontError)
      assert.equal(ask('evil\0, 1.2.3.4').addr, '1.2.3.4')
    })

    test('bytes above 127 stay what they are', () => {
      const value = 'caf\xe9, 203.0.113.9'
      assert.equal(ask(value).addr, '203.0.113.9')
      const explanation = resolver.explain('10.0.0.1', { 'X-Forwarded-For': value })
      assert.equal(explanation.unread, 4)
      const sent = ForwardedHop.documented().headers(
        resolver,
        new OriginPolicy(),
        '10.0.0.1',
        { 'X-Forwarded-For': value },
        { scheme: 'http', host: null, port: 80 },
      )
      assert.equal(sent['X-Forwarded-For'], `${value}, 10.0.0.1`)
      assert.equal(new TuleapCompat('10.0.0.1').resolve('10.0.0.1', value), value)
    })

    test('texts of 10 MB are answered', () => {
      const long = 'x'.repeat(MEGABYTES_10)
      assert.equal(ask(long).reason, 'entry-too-long')
      assert.equal(ask(`${long}, 203.0.113.9`).addr, '203.0.113.9')
      assert.equal(
        resolver.resolve('10.0.0.1', [
          ['X-Forwarded-For', long],
          ['X-Forwarded-For', '1.2.3.4'],
        ]).addr,
        '1.2.3.4',
      )
      assert.equal(resolver.resolve('10.0.0.1', { [long]: long }).reason, 'no-header')
      assert.equal(
        resolver.explain('10.0.0.1', { 'X-Forwarded-For': `${long}, 1.2.3.4` }).unread,
        MEGABYTES_10,
      )
      assert.equal(resolver.resolve(long, {}).kind, 'none')
      assert.throws(() => new TrustedProxies(long), { code: 'trusted-proxies/not-an-address' })
      assert.equal(new TrustedProxies(`${' '.repeat(MEGABYTES_10)}10.0.0.1`).isEmpty, false)
      assert.equal(ask('é'.repeat(MEGABYTES_10)).reason, 'entry-too-long')
      assert.equal(ask(Array.from({ length: 100_000 }, () => '10.0.0.1')).reason, 'hop-limit')
    })

    test('texts of every length around the buffer arrive whole', () => {
      for (let length = 120; length < 200; length += 1) {
        for (const char of ['x', 'é', '\u20ac', '\u{1f600}']) {
          const text = char.repeat(length)
          const bytes = [...text].map((unit) => (unit.codePointAt(0) > 255 ? '?' : unit)).join('')
          assert.equal(new TuleapCompat('').resolve(text, null), bytes)
        }
      }
    })

    test('threads each have their own, and one may end in the middle', async () => {
      const code = `
        const { parentPort } = require('node:worker_threads')
        const { ClientIpResolver } = require(${JSON.stringify(require.resolve(name))})
        const resolver = new ClientIpResolver('10.0.0.1')
        for (let round = 0; round < 20_000; round += 1) {
          if (resolver.resolveValues('10.0.0.1', '203.0.113.9').addr !== '203.0.113.9') throw new Error('another answer')
        }
        parentPort.postMessage('ready')
        for (;;) resolver.resolveValues('10.0.0.1', '203.0.113.9')`
      const workers = Array.from({ length: 4 }, () => new Worker(code, { eval: true }))
      const answers = workers.map(
        (worker) =>
          new Promise((resolve, reject) => {
            worker.once('message', resolve)
            worker.once('error', reject)
          }),
      )
      assert.deepEqual(await Promise.all(answers), ['ready', 'ready', 'ready', 'ready'])
      await Promise.all(workers.map((worker) => worker.terminate()))
      assert.equal(ask('203.0.113.9').addr, '203.0.113.9')
    })

    test('what is not used any more is freed', async () => {
      setFlagsFromString('--expose-gc')
      const collect = runInNewContext('gc')
      const list = Array.from(
        { length: 4000 },
        (_, index) => `10.${index >> 8}.${index & 255}.0/25`,
      ).join(' ')
      const make = async (rounds) => {
        for (let round = 0; round < rounds; round += 1) {
          new ClientIpResolver(list)
          if (round % 50 === 0) {
            collect()
            await sleep(1)
          }
        }
        collect()
        await sleep(20)
        return process.memoryUsage().rss / 1024 / 1024
      }
      const before = await make(200)
      const after = await make(1000)
      assert.ok(after - before < 100, `1000 lists of 4000 networks took ${after - before} MB`)
    })
  })
}
