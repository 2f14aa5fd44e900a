<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use PHPUnit\Framework\TestCase;
use TuleapFront\Tests\Support\Refusals;
use TuleapFront\TrustedProxies;

final class TrustedProxiesTest extends TestCase
{
    use Refusals;

    public function testAListIsMergedAndAsked(): void
    {
        $proxies = new TrustedProxies("127.0.0.1, 192.168.0.0/25 192.168.0.128/25\n fd00::/16, unix: # all of ours");
        self::assertSame('127.0.0.1, 192.168.0.0/24, fd00::/16, unix:', (string) $proxies);
        self::assertSame(['127.0.0.1/32', '192.168.0.0/24', 'fd00::/16'], $proxies->networks());
        self::assertTrue($proxies->contains('::ffff:192.168.0.200'));
        self::assertFalse($proxies->contains('192.168.1.1'));
        self::assertTrue($proxies->trustsUnixSocket());
        self::assertFalse($proxies->isEmpty());
        self::assertSame([], $proxies->warnings());
    }

    public function testAnEmptyListTrustsNobody(): void
    {
        $nobody = new TrustedProxies('');
        self::assertTrue($nobody->isEmpty());
        self::assertSame([], $nobody->networks());
        self::assertFalse($nobody->trustsUnixSocket());
        self::assertFalse((new TrustedProxies('unix:'))->isEmpty());
    }

    public function testAFaultSaysWhatAndWhereAndWhatToWrite(): void
    {
        $exception = self::refusal(static fn () => new TrustedProxies("127.0.0.1,\n10.0.0.1/8"));
        self::assertSame('trusted-proxies/host-bits-set', $exception->errorCode);
        self::assertSame('write 10.0.0.0/8 for the whole network or 10.0.0.1/32 for the one host', $exception->hint);
        self::assertSame([1, 11, 0, 10], [
            $exception->entry,
            $exception->offset,
            $exception->offsetInEntry,
            $exception->length,
        ]);
        self::assertSame([2, 1], [$exception->textLine, $exception->textColumn]);
        self::assertStringStartsWith('entry 1 "10.0.0.1/8" (line 2, column 1): ', $exception->getMessage());
        self::assertStringEndsWith(": $exception->hint", $exception->getMessage());
        self::assertInstanceOf(\InvalidArgumentException::class, $exception);
    }

    public function testWarningsSayWhere(): void
    {
        $warnings = (new TrustedProxies('127.0.0.1,,10.0.0.0/7'))->warnings();
        self::assertSame(
            [['trusted-proxies/empty-entry', 1, 10, 0], ['trusted-proxies/very-wide', 2, 11, 10]],
            array_map(static fn ($one): array => [$one->code, $one->entry, $one->offset, $one->length], $warnings),
        );
        self::assertStringStartsWith('entry 2 "10.0.0.0/7": very wide', (string) $warnings[1]);
    }

    public function testEverybodyIsTrustedOnPurposeOnly(): void
    {
        $exception = self::refusal(static fn () => new TrustedProxies('::/0'));
        self::assertSame('trusted-proxies/trust-all', $exception->errorCode);
        self::assertTrue((new TrustedProxies('::/0', allowTrustAll: true))->contains('2001:db8::1'));
    }

    public function testCommasAloneSeparateOnRequest(): void
    {
        self::assertTrue((new TrustedProxies('10.0.0.1 10.0.0.2'))->contains('10.0.0.2'));
        $exception = self::refusal(static fn () => new TrustedProxies('10.0.0.1 10.0.0.2', commasOnly: true));
        self::assertSame(0, $exception->entry);
    }

    public function testTextThatIsNoAddressIsRefused(): void
    {
        $proxies = new TrustedProxies('loopback');
        $exception = self::refusal(static fn () => $proxies->contains('localhost'));
        self::assertSame('peer/not-an-address', $exception->errorCode);
        self::assertNull($exception->entry);
        self::assertStringContainsString('write an IPv4 or IPv6 address without port', $exception->getMessage());
    }
}
