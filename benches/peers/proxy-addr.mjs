// What Express answers for `req.ip`.
import { createRequire } from 'node:module';

const [modules, network, peer, value, client] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const proxyAddr = require('proxy-addr');
const { version } = require('proxy-addr/package.json');

const trust = proxyAddr.compile([network]);
const request = { headers: { 'x-forwarded-for': value }, socket: { remoteAddress: peer } };
if (proxyAddr(request, trust) !== client) {
  throw new Error(`proxy-addr answers ${proxyAddr(request, trust)}`);
}

function batch(count) {
  const start = process.hrtime.bigint();
  for (let index = 0; index < count; index++) {
    proxyAddr(request, trust);
  }
  return Number(process.hrtime.bigint() - start) / count;
}

let count = 1000;
while (batch(count) * count < 10e6) {
  count *= 2;
}
const batches = Array.from({ length: 15 }, () => batch(count)).sort((one, other) => one - other);
console.log(`proxy-addr\t${version}, Node ${process.versions.node}\t${batches[7].toFixed(1)}`);
