// Nanoseconds per call for the realistic case: a peer in one trusted /24, two entries in
// X-Forwarded-For. Contenders take turns; the median of the rounds counts. Prints JSON lines.

import { BlockList } from 'node:net'

import { require } from './packages.mjs'

const PEER = '192.168.0.7'
const VALUE = '6.6.6.6, 203.0.113.9'
const LIST = '192.168.0.0/24'
const CLIENT = '203.0.113.9'
const HEADERS = [
  'Host',
  'tuleap.example.com',
  'Accept',
  '*/*',
  'X-Forwarded-For',
  VALUE,
  'X-Forwarded-Proto',
  'https',
]
const BY_NAME = {
  host: 'tuleap.example.com',
  accept: '*/*',
  'x-forwarded-for': VALUE,
  'x-forwarded-proto': 'https',
}
const ROUNDS = 15
const CALLS = 30_000

/** What a program without a library does: the list from the right, with a check of ours. */
function walk(isTrusted) {
  const entries = VALUE.split(',')
  let at = PEER
  for (let index = entries.length - 1; index >= 0 && isTrusted(at); index -= 1)
    at = entries[index].trim()
  return at
}

function blockList() {
  const list = new BlockList()
  list.addSubnet('192.168.0.0', 24, 'ipv4')
  return () => walk((address) => list.check(address))
}

/** IPv4 numbers written out by hand, without a check of what they are. */
function byHand() {
  const toNumber = (address) => {
    let number = 0
    let part = 0
    for (let index = 0; index < address.length; index += 1) {
      const unit = address.charCodeAt(index)
      if (unit === 46) {
        number = (number << 8) | part
        part = 0
      } else part = part * 10 + unit - 48
    }
    return ((number << 8) | part) >>> 0
  }
  const [network, mask] = [toNumber('192.168.0.0'), 0xffffff00]
  return () => walk((address) => (toNumber(address) & mask) >>> 0 === network)
}

function proxyAddr() {
  const find = require('proxy-addr')
  const trust = find.compile([LIST])
  const request = { connection: { remoteAddress: PEER }, headers: BY_NAME }
  return () => find(request, trust)
}

/** proxy-addr, with the check of this package. */
function proxyAddrWithOurs(front) {
  const find = require('proxy-addr')
  const trust = front.trustProxy(LIST)
  const request = { connection: { remoteAddress: PEER }, headers: BY_NAME }
  return () => find(request, trust)
}

function ours(front, name) {
  const resolver = new front.ClientIpResolver(LIST)
  return {
    [`${name} resolveValues`]: () => resolver.resolveValues(PEER, VALUE).addr,
    [`${name} resolve rawHeaders`]: () => resolver.resolve(PEER, HEADERS).addr,
    [`${name} resolve headers`]: () => resolver.resolve(PEER, BY_NAME).addr,
    [`${name} trustProxy in proxy-addr`]: proxyAddrWithOurs(front),
  }
}

const contenders = {
  'proxy-addr': proxyAddr(),
  'net.BlockList': blockList(),
  'integers by hand': byHand(),
  ...ours(require('tuleap-front'), 'native'),
  ...ours(require('tuleap-front-wasm'), 'wasm'),
}

function measure(contender) {
  const start = process.hrtime.bigint()
  for (let call = 0; call < CALLS; call += 1)
    if (contender() !== CLIENT) throw new Error('another answer')
  return Number(process.hrtime.bigint() - start) / CALLS
}

const rounds = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]))
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, contender] of Object.entries(contenders)) rounds[name].push(measure(contender))
}
for (const [name, times] of Object.entries(rounds)) {
  times.sort((one, other) => one - other)
  console.log(
    JSON.stringify({
      name,
      ns: Math.round(times[Math.floor(ROUNDS / 2)]),
      least: Math.round(times[0]),
    }),
  )
}
