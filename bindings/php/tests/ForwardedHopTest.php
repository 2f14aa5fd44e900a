<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use PHPUnit\Framework\TestCase;
use TuleapFront\ClientIpResolver;
use TuleapFront\ForwardedHop;
use TuleapFront\Origin;
use TuleapFront\OriginPolicy;
use TuleapFront\Tests\Support\Refusals;

final class ForwardedHopTest extends TestCase
{
    use Refusals;

    private const HEADERS = ['X-Forwarded-For' => ['6.6.6.6, 203.0.113.9'], 'X-Forwarded-Proto' => 'https'];

    public function testOneCertainAddressIsPassedOn(): void
    {
        $sent = self::headers(ForwardedHop::recommended());
        self::assertSame([
            'X-Real-IP' => '203.0.113.9',
            'X-Forwarded-For' => '203.0.113.9',
            'X-Forwarded-Proto' => 'https',
            'Host' => 'backend',
        ], $sent);
    }

    public function testTheLinesOfTheGuide(): void
    {
        $sent = self::headers(ForwardedHop::documented('distributed'));
        self::assertSame('6.6.6.6, 203.0.113.9, 10.0.0.1', $sent['X-Forwarded-For']);
        self::assertSame('10.0.0.1', $sent['X-Real-IP']);
        self::assertEquals($sent, self::headers(ForwardedHop::documented()));
    }

    public function testAHeaderIsKeptOrRemoved(): void
    {
        $hop = ForwardedHop::recommended()->with('host', 'keep')->with('X-Real-IP', 'remove');
        $sent = self::headers($hop);
        self::assertArrayNotHasKey('Host', $sent);
        self::assertNull($sent['X-Real-IP']);
        self::assertSame('203.0.113.9', $sent['X-Forwarded-For']);
        self::assertSame('backend', self::headers($hop->with('Host', 'write'))['Host']);
    }

    public function testWhatIsStripped(): void
    {
        $hop = ForwardedHop::recommended();
        self::assertTrue($hop->strips('x-forwarded-host'));
        self::assertFalse($hop->strips('Accept'));
        self::assertSame('forwarded-hop/alias', $hop->stripReason('X_Forwarded_For'));
        self::assertSame('forwarded-hop/claim', $hop->stripReason('Forwarded'));
        self::assertSame('forwarded-hop/replaced', $hop->stripReason('X-Real-IP'));
        self::assertNull($hop->stripReason('X-Acme-Client'));
        self::assertFalse(ForwardedHop::documented()->strips('Forwarded'));
    }

    public function testTheHeadersOfAResolverAreStrippedToo(): void
    {
        $hop = ForwardedHop::recommended()->forResolver(new ClientIpResolver('', headers: ['X-Acme-Client']));
        self::assertTrue($hop->strips('X-Acme-Client'));
        self::assertTrue($hop->with('Host', 'keep')->strips('X-Acme-Client'));
    }

    public function testWhatIsRefused(): void
    {
        self::assertRefused('abi/argument', static fn () => ForwardedHop::documented('other'));
        self::assertRefused('abi/argument', static fn () => ForwardedHop::recommended()->with('Via', 'keep'));
        self::assertRefused('abi/argument', static fn () => ForwardedHop::recommended()->with('Host', 'drop'));
        $hop = ForwardedHop::recommended();
        self::assertRefused('peer/not-an-address', static fn () => self::headers($hop, 'nobody'));
    }

    private static function headers(ForwardedHop $hop, string $peer = '10.0.0.1'): array
    {
        return $hop->headers(
            new ClientIpResolver('10.0.0.1'),
            new OriginPolicy(),
            $peer,
            self::HEADERS,
            new Origin('http', 'backend', 80),
        );
    }
}
