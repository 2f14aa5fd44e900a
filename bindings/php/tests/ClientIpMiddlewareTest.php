<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use Nyholm\Psr7\Response;
use Nyholm\Psr7\ServerRequest;
use PHPUnit\Framework\TestCase;
use Psr\Http\Message\ResponseInterface;
use Psr\Http\Message\ServerRequestInterface;
use Psr\Http\Server\RequestHandlerInterface;
use TuleapFront\ClientIp;
use TuleapFront\ClientIpMiddleware;
use TuleapFront\ClientIpResolver;
use TuleapFront\Origin;
use TuleapFront\OriginPolicy;

final class ClientIpMiddlewareTest extends TestCase
{
    private const SERVER = [
        'REMOTE_ADDR' => '10.0.0.1',
        'HTTP_HOST' => 'tuleap.example.com',
        'SERVER_PORT' => '80',
    ];

    private const HEADERS = [
        'Host' => 'tuleap.example.com',
        'X-Forwarded-For' => ['6.6.6.6', '203.0.113.9'],
        'X-Forwarded-Proto' => 'https',
    ];

    public static function setUpBeforeClass(): void
    {
        // Of Debian's php-nyholm-psr7; the interfaces of PSR-15 come with the extension psr.
        require_once 'Nyholm/Psr7/autoload.php';
    }

    public function testTheHandlerFindsTheClient(): void
    {
        $middleware = new ClientIpMiddleware(new ClientIpResolver('10.0.0.1'));
        $request = $this->handled($middleware);
        $client = $request->getAttribute(ClientIpMiddleware::CLIENT_IP);
        self::assertInstanceOf(ClientIp::class, $client);
        self::assertSame(['203.0.113.9', 'forwarded'], [$client->addr, $client->kind]);
        self::assertNull($request->getAttribute(ClientIpMiddleware::ORIGIN));
    }

    public function testNothingElseOfTheRequestChanges(): void
    {
        $request = $this->handled(new ClientIpMiddleware(new ClientIpResolver('10.0.0.1'), new OriginPolicy()));
        self::assertSame(self::SERVER, $request->getServerParams());
        self::assertSame(['6.6.6.6', '203.0.113.9'], $request->getHeader('X-Forwarded-For'));
        self::assertSame('http', $request->getUri()->getScheme());
        self::assertCount(2, $request->getAttributes());
    }

    public function testTheOriginOfThePolicy(): void
    {
        $resolver = new ClientIpResolver('10.0.0.1');
        $request = $this->handled(new ClientIpMiddleware($resolver, new OriginPolicy()));
        $expected = new Origin('https', 'tuleap.example.com', 443);
        self::assertEquals($expected, $request->getAttribute(ClientIpMiddleware::ORIGIN));
        $refusing = new ClientIpMiddleware($resolver, new OriginPolicy(allowedHosts: ['other.example']));
        self::assertNull($this->handled($refusing)->getAttribute(ClientIpMiddleware::ORIGIN)->host);
        $local = new Origin('https', 'a', 8443);
        $fixed = new ClientIpMiddleware(new ClientIpResolver(''), new OriginPolicy(), $local);
        self::assertSame(8443, $this->handled($fixed)->getAttribute(ClientIpMiddleware::ORIGIN)->port);
    }

    public function testARequestWithoutAPeer(): void
    {
        $middleware = new ClientIpMiddleware(new ClientIpResolver('10.0.0.1'));
        $client = $this->handled($middleware, [])->getAttribute(ClientIpMiddleware::CLIENT_IP);
        self::assertSame(['none', null], [$client->kind, $client->addr]);
    }

    public function testAHeaderWhoseNameIsANumber(): void
    {
        $headers = ['5' => ['X-Forwarded-For', '6.6.6.6'], '0' => ['X-Forwarded-For', '6.6.6.6']];
        $middleware = new ClientIpMiddleware(new ClientIpResolver('10.0.0.1'));
        $client = $this->handled($middleware, headers: $headers)->getAttribute(ClientIpMiddleware::CLIENT_IP);
        self::assertSame('no-header', $client->reason);
    }

    /** The request as the next handler gets it. */
    private function handled(
        ClientIpMiddleware $middleware,
        array $server = self::SERVER,
        array $headers = self::HEADERS,
    ): ServerRequestInterface {
        $handler = new class () implements RequestHandlerInterface {
            public ?ServerRequestInterface $request = null;

            public function handle(ServerRequestInterface $request): ResponseInterface
            {
                $this->request = $request;
                return new Response(204);
            }
        };
        $request = new ServerRequest('GET', 'http://tuleap.example.com/', $headers, null, '1.1', $server);
        self::assertSame(204, $middleware->process($request, $handler)->getStatusCode());
        return $handler->request;
    }
}
