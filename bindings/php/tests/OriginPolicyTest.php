<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use PHPUnit\Framework\TestCase;
use TuleapFront\ClientIpResolver;
use TuleapFront\Origin;
use TuleapFront\OriginPolicy;
use TuleapFront\Tests\Support\Refusals;

final class OriginPolicyTest extends TestCase
{
    use Refusals;

    private const HEADERS = [
        'X-Forwarded-Proto' => 'https',
        'X-Forwarded-Host' => 'Tuleap.Example.com:8443',
        'X-Forwarded-Port' => '444',
    ];

    public function testOnlyTheSchemeIsReadUnlessToldOtherwise(): void
    {
        self::assertEquals(new Origin('https', 'backend', 443), self::origin(new OriginPolicy()));
        self::assertEquals(new Origin('http', 'backend', 80), self::origin(new OriginPolicy(forwardedScheme: false)));
    }

    public function testTheHostIsReadAndChecked(): void
    {
        $policy = new OriginPolicy(allowedHosts: ['.example.com'], forwardedHost: true);
        self::assertEquals(new Origin('https', 'tuleap.example.com', 8443), self::origin($policy));
        $other = new OriginPolicy(allowedHosts: ['other.example'], forwardedHost: true);
        self::assertEquals(new Origin('https', null, 443, ['host-not-allowed']), self::origin($other));
        $port = new OriginPolicy(allowedHosts: ['.example.com'], forwardedHost: true, forwardedPort: true);
        self::assertSame(444, self::origin($port)->port);
    }

    public function testAStrangerIsNotRead(): void
    {
        $origin = self::origin(new OriginPolicy(), '198.51.100.1');
        self::assertEquals(new Origin('http', 'backend', 8080), $origin);
    }

    public function testEveryNoteHasItsName(): void
    {
        $policy = new OriginPolicy(protoHops: 2, allowedHosts: ['a'], forwardedHost: true, forwardedPort: true);
        $headers = ['X-Forwarded-Proto' => 'https', 'X-Forwarded-Host' => 'a@b', 'X-Forwarded-Port' => '0'];
        $notes = ['proto-too-few', 'host-invalid', 'port-invalid'];
        self::assertSame($notes, self::origin($policy, headers: $headers)->notes);
        self::assertSame(
            ['proto-invalid'],
            self::origin(new OriginPolicy(), headers: ['X-Forwarded-Proto' => 'on'])->notes,
        );
    }

    public function testTheListenerFromServerParams(): void
    {
        $server = ['HTTPS' => 'on', 'HTTP_HOST' => 'tuleap.example.com:8443', 'SERVER_PORT' => '8443'];
        self::assertEquals(new Origin('https', 'tuleap.example.com:8443', 8443), Origin::fromServerParams($server));
        $forged = ['HTTPS' => 'off', 'HTTP_X_FORWARDED_PROTO' => 'https', 'HTTP_X_FORWARDED_PORT' => '443'];
        self::assertEquals(new Origin('http', null, 80), Origin::fromServerParams($forged));
        self::assertSame(443, (new Origin('https'))->port);
    }

    /** @dataProvider refused */
    public function testWhatIsRefused(string $code, ?int $entry, array $arguments): void
    {
        self::assertRefused($code, static fn () => new OriginPolicy(...$arguments), $entry);
    }

    public static function refused(): array
    {
        return [
            'no host is allowed' => ['allowed-hosts/empty', null, ['allowedHosts' => []]],
            'a host is read without a list' => ['allowed-hosts/empty', null, ['forwardedHost' => true]],
            'an empty host' => ['allowed-hosts/host', 1, ['allowedHosts' => ['a', '']]],
            'two hosts in one' => ['allowed-hosts/host', 0, ['allowedHosts' => ['a b']]],
            'two hosts with a comma' => ['allowed-hosts/host', 0, ['allowedHosts' => ['a,b']]],
            'a host with a port' => ['allowed-hosts/host', 0, ['allowedHosts' => ['a:80']]],
            'protoHops' => ['abi/argument', null, ['protoHops' => 0]],
        ];
    }

    public function testAListenerThatIsNone(): void
    {
        self::assertRefused('abi/argument', static fn () => new Origin('ftp'));
        self::assertRefused('abi/argument', static fn () => new Origin('http', 'a', 65536));
    }

    private static function origin(
        OriginPolicy $policy,
        string $peer = '10.0.0.1',
        array $headers = self::HEADERS,
    ): Origin {
        return $policy->origin(new ClientIpResolver('10.0.0.1'), $peer, $headers, new Origin('http', 'backend', 8080));
    }
}
