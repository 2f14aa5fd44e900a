<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use PHPUnit\Framework\TestCase;
use TuleapFront\ClientIpResolver;
use TuleapFront\NginxClient;
use TuleapFront\NginxRealip;
use TuleapFront\Tests\Support\Refusals;
use TuleapFront\TuleapCompat;

/** What nginx and Tuleap answer; the recorded rows say the rest. */
final class DialectsTest extends TestCase
{
    use Refusals;

    public function testRealip(): void
    {
        $realip = new NginxRealip(['10.0.0.0/8'], header: 'X-Forwarded-For', recursive: true);
        $headers = ['X-Forwarded-For' => '6.6.6.6, 203.0.113.9:4711, 10.0.0.2'];
        self::assertEquals(new NginxClient('203.0.113.9', 4711, true), $realip->resolve('10.0.0.1', $headers));
        self::assertEquals(new NginxClient('192.0.2.1', null, false), $realip->resolve('192.0.2.1', $headers));
        self::assertRefused('peer/not-an-address', static fn () => $realip->resolve('10.0.0.1:80', $headers));
    }

    public function testARealipThatIsRefused(): void
    {
        self::assertRefused('nginx-realip/entry', static fn () => new NginxRealip(['10.0.0.1', 'x']), 1);
        self::assertRefused('nginx-realip/entry', static fn () => new NginxRealip(['10.0.0.1,10.0.0.2']), 0);
        self::assertRefused('nginx-realip/entry', static fn () => new NginxRealip(['']), 0);
        self::assertRefused('nginx-realip/header', static fn () => new NginxRealip([], header: ''));
        self::assertRefused('abi/argument', static fn () => new NginxRealip([], rules: '1.0'));
    }

    public function testTuleapBesideTheStrictAnswer(): void
    {
        $compat = new TuleapCompat('10.0.0.1, proxy.example');
        $resolver = new ClientIpResolver('10.0.0.1');
        $both = $compat->compare($resolver, '10.0.0.1', '6.6.6.6, 203.0.113.9');
        self::assertSame('6.6.6.6, 203.0.113.9', $both->compat);
        self::assertSame('203.0.113.9', $both->strict->addr);
        self::assertTrue($both->differs);
        self::assertFalse($compat->compare($resolver, '10.0.0.1', '203.0.113.9')->differs);
        self::assertSame('', $compat->resolve(null, '203.0.113.9'));
        $warning = $compat->warnings()[0];
        self::assertSame(['tuleap-compat/not-an-ipv4-network', 1], [$warning->code, $warning->entry]);
        self::assertNull($warning->offset);
    }
}
