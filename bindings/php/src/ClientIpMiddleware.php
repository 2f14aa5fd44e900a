<?php

declare(strict_types=1);

namespace TuleapFront;

use Psr\Http\Message\ResponseInterface;
use Psr\Http\Message\ServerRequestInterface;
use Psr\Http\Server\MiddlewareInterface;
use Psr\Http\Server\RequestHandlerInterface;

/**
 * PSR-15: says who the client is and how it reached the site, in two request attributes. Nothing
 * else of the request changes: REMOTE_ADDR stays the peer, and headers stay as they were sent.
 *
 * The peer is REMOTE_ADDR of the server parameters; where a web server has replaced it already
 * (nginx's realip, Apache's mod_remoteip), trust that server in one of the two places only.
 */
final readonly class ClientIpMiddleware implements MiddlewareInterface
{
    /** The attribute that holds the ClientIp. */
    public const CLIENT_IP = ClientIp::class;

    /** The attribute that holds the Origin, if a policy is given. */
    public const ORIGIN = Origin::class;

    /**
     * @param OriginPolicy|null $policy null sets no origin
     * @param Origin|null $local what the listener knows by itself; null takes it from the server
     *     parameters of each request
     */
    public function __construct(
        private ClientIpResolver $resolver,
        private ?OriginPolicy $policy = null,
        private ?Origin $local = null,
    ) {
    }

    /** Adds the attributes. A host that is not allowed is null in the origin: answer 400 or 421. */
    public function process(
        ServerRequestInterface $request,
        RequestHandlerInterface $handler,
    ): ResponseInterface {
        $server = $request->getServerParams();
        $peer = $server['REMOTE_ADDR'] ?? null;
        $headers = Headers::fromMap($request->getHeaders());
        $request = $request->withAttribute(self::CLIENT_IP, $this->resolver->resolve($peer, $headers));
        if ($this->policy !== null) {
            $local = $this->local ?? Origin::fromServerParams($server);
            $origin = $this->policy->origin($this->resolver, $peer, $headers, $local);
            $request = $request->withAttribute(self::ORIGIN, $origin);
        }
        return $handler->handle($request);
    }
}
