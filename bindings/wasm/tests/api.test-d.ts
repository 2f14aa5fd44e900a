// Compiles against the types of every package: Node, and WASM for Node, bundlers and the web.
// `front` is one of them at a time.

import {
  type ClientIp,
  type ClientIpKind,
  type Explanation,
  type HopHeaders,
  type NginxClient,
  type Origin,
  type RequestHeaders,
  type TuleapComparison,
  type Warning,
  ClientIpResolver,
  ForwardedHop,
  NginxRealip,
  OriginPolicy,
  TrustedProxies,
  TuleapCompat,
  TuleapFrontError,
  backend,
  clientIp,
  trustProxy,
  version,
} from 'front'

/** Is exactly this type, neither wider nor narrower. */
function is<Expected>() {
  return <Actual>(
    _value: Actual,
    ..._same: [Expected] extends [Actual] ? ([Actual] extends [Expected] ? [] : [never]) : [never]
  ) => {}
}

const proxies = new TrustedProxies('127.0.0.1', { allowTrustAll: false, commasOnly: true })
is<boolean>()(proxies.contains('127.0.0.1'))
is<string[]>()(proxies.networks)
is<Warning[]>()(proxies.warnings)
is<boolean>()(proxies.isEmpty)
is<boolean>()(proxies.trustsUnixSocket)
is<string>()(proxies.toString())

const resolver = new ClientIpResolver(proxies, {
  headers: ['Forwarded'],
  hops: 1,
  maxHops: 2,
  dangerAnyPeer: false,
})
const client = resolver.resolve('127.0.0.1', { 'x-forwarded-for': ['203.0.113.9'], te: undefined })
is<ClientIp>()(client)
is<string | null>()(client.addr)
is<string | null>()(client.addrForLog)
is<number | null>()(client.port)
is<ClientIpKind>()(client.kind)
is<string>()(client.reason)
is<string>()(client.code)
is<number>()(client.hops)
is<boolean>()(client.isCertain)

const forms: RequestHeaders[] = [
  ['Host', 'h'],
  [['Host', 'h']],
  new Map([['Host', 'h']]),
  { host: 'h' },
]
for (const headers of forms) is<ClientIp>()(resolver.resolve(undefined, headers))
is<ClientIp>()(resolver.resolveValues(null, '203.0.113.9'))
is<ClientIp>()(resolver.resolveValues('unix:', ['203.0.113.9']))
is<Explanation>()(resolver.explain('127.0.0.1', {}))
is<boolean>()(resolver.trusts('127.0.0.1'))
is<Warning[]>()(resolver.warnings)

const policy = new OriginPolicy({
  forwardedHost: true,
  allowedHosts: ['.example.com'],
  protoHops: 1,
})
const local = { scheme: 'https', host: null, port: 443 } as const
is<Origin>()(policy.origin(resolver, '127.0.0.1', {}, local))

const hop = ForwardedHop.documented('reverse-proxy').with('Host', 'keep').forResolver(resolver)
is<HopHeaders>()(hop.headers(resolver, policy, '127.0.0.1', {}, local))
is<string | null | undefined>()(hop.headers(resolver, policy, '127.0.0.1', {}, local)['X-Real-IP'])
is<boolean>()(ForwardedHop.recommended().strips('Forwarded'))
is<string | null>()(hop.stripReason('Forwarded'))

is<NginxClient>()(
  new NginxRealip(['10.0.0.0/8'], { recursive: true, rules: '1.22' }).resolve('10.0.0.1', {}),
)
const tuleap = new TuleapCompat('10.0.0.0/8')
is<string>()(tuleap.resolve(null, null))
is<TuleapComparison>()(tuleap.compare(resolver, '10.0.0.1', undefined))

is<(address: string, hop: number) => boolean>()(trustProxy('127.0.0.1'))
is<(request: object, response: object, next: () => void) => void>()(
  clientIp({ trusted: proxies, peer: () => 'unix:' }),
)
is<string>()(version)
is<'native' | 'wasm' | ''>()(backend)

function explainError(error: TuleapFrontError): string {
  const where = error.line === undefined ? '' : ` (line ${error.line}, column ${error.column})`
  return `${error.code}${where}: ${error.hint ?? error.message}`
}
is<(error: TuleapFrontError) => string>()(explainError)

// What must not compile.
// @ts-expect-error: a list is text
new TrustedProxies(['127.0.0.1'])
// @ts-expect-error: an answer cannot be changed
client.addr = '127.0.0.1'
// @ts-expect-error: an answer is made by a resolver
new (client.constructor as typeof ClientIp)('+')
// @ts-expect-error: no such directive
hop.with('Host', 'drop')
// @ts-expect-error: no such option
new ClientIpResolver('', { header: 'X-Real-IP' })
// @ts-expect-error: a port is a number
policy.origin(resolver, '127.0.0.1', {}, { scheme: 'http', host: null, port: '80' })
