import { instance, options } from './arguments.js'
import { ClientIp } from './client-ip.js'
import type { Peer } from './request.js'
import { ClientIpResolver, type ClientIpResolverOptions } from './resolver.js'
import { TrustedProxies } from './trusted-proxies.js'

/** What is read of a request of `node:http`, Express, Connect or Fastify. */
export interface IncomingRequest {
  readonly socket?: { readonly remoteAddress?: string | undefined } | null
  readonly rawHeaders?: readonly string[]
  /** The request of `node:http` under one of Fastify. */
  readonly raw?: IncomingRequest
  clientIp?: ClientIp
}

/** How the middleware finds the client. */
export interface ClientIpOptions extends ClientIpResolverOptions {
  /** The proxies whose headers count. */
  trusted: TrustedProxies | string
  /**
   * The socket's other end. Default: `req.socket.remoteAddress`, which Node does not know for a
   * local socket: there, pass `() => 'unix:'`.
   */
  peer?: (request: IncomingRequest) => Peer
}

const socketPeer = (request: IncomingRequest): Peer => request.socket?.remoteAddress

/**
 * Middleware that puts the answer into `req.clientIp`, a ClientIp: `app.use(clientIp({ trusted }))`
 * for Express and Connect, `fastify.addHook('onRequest', clientIp({ trusted }))` for Fastify.
 * Nothing else of the request or its socket changes.
 *
 * @throws {TuleapFrontError} at once, for a configuration that is refused.
 */
export function clientIp(
  settings: ClientIpOptions,
): (request: object, response: object, next: () => void) => void {
  const { trusted, peer = socketPeer, ...rest } = options(settings, 'options')
  if (typeof peer !== 'function') throw new TypeError('peer must be a function')
  const resolver = new ClientIpResolver(trusted as TrustedProxies | string, rest)
  return (request: IncomingRequest, _response, next) => {
    const received = request.raw ?? request
    request.clientIp = resolver.resolve(peer(received), received.rawHeaders ?? [])
    next()
  }
}

/**
 * The function that Express (`app.set('trust proxy', …)`) and Fastify (`trustProxy`) take: is this
 * address in the list? The list and nothing else: who the client is, the framework then decides by
 * its own reading of `X-Forwarded-For`. For the answer of this package, use `clientIp`.
 *
 * @throws {TuleapFrontError} at once, for a list that is refused.
 */
export function trustProxy(
  trusted: TrustedProxies | string,
): (address: string, hop: number) => boolean {
  const proxies = instance(TrustedProxies.from(trusted), TrustedProxies, 'trusted')
  // A framework passes whatever stands in the header, and nothing for a local socket.
  return (address) => typeof address === 'string' && proxies.covers(address)
}

declare global {
  namespace Express {
    interface Request {
      /** Who the client is, where the middleware `clientIp` of `tuleap-front` ran. */
      clientIp?: ClientIp
    }
  }
}
