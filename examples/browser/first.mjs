import init, { ClientIpResolver } from './web/index.js'

await init()
const resolver = new ClientIpResolver('127.0.0.1, 192.168.0.0/24')
const client = resolver.resolve('127.0.0.1', { 'x-forwarded-for': '6.6.6.6, 203.0.113.9' })
console.assert(client.addr === '203.0.113.9')
document.body.textContent = `the client is ${client}`
