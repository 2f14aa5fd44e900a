const assert = require('node:assert/strict')
const { ClientIpResolver } = require('tuleap-front')

const resolver = new ClientIpResolver('127.0.0.1, 192.168.0.0/24')
const client = resolver.resolve('127.0.0.1', { 'x-forwarded-for': '6.6.6.6, 203.0.113.9' })
assert.equal(client.addr, '203.0.113.9')
