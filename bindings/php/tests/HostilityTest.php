<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use PHPUnit\Framework\TestCase;
use TuleapFront\ClientIp;
use TuleapFront\ClientIpResolver;
use TuleapFront\ForwardedHop;
use TuleapFront\Headers;
use TuleapFront\NginxRealip;
use TuleapFront\Origin;
use TuleapFront\OriginPolicy;
use TuleapFront\ShadowLog;
use TuleapFront\Tests\Support\Refusals;
use TuleapFront\TrustedProxies;
use TuleapFront\TuleapCompat;

/** Arguments that nobody should give: a typed exception or an answer, never the end of PHP. */
final class HostilityTest extends TestCase
{
    use Refusals;

    private const LARGE = 10_000_000;

    /** @dataProvider wrongTypes */
    public function testWrongTypesAreTypeErrors(\Closure $call): void
    {
        $this->expectException(\TypeError::class);
        $call();
    }

    public static function wrongTypes(): array
    {
        $resolver = new ClientIpResolver('');
        return array_map(static fn (\Closure $call): array => [$call], [
            'a list that is null' => static fn () => new TrustedProxies(null),
            'a list that is an array' => static fn () => new TrustedProxies(['10.0.0.1']),
            'a list that is a number' => static fn () => new ClientIpResolver(1),
            'a flag that is a number' => static fn () => new TrustedProxies('', allowTrustAll: 1),
            'a header name that is a number' => static fn () => new ClientIpResolver('', headers: [1]),
            'hops as text' => static fn () => new ClientIpResolver('', hops: '1'),
            'an address that is null' => static fn () => (new TrustedProxies(''))->contains(null),
            'a peer that is an object' => static fn () => $resolver->resolve(new \stdClass(), []),
            'values that are numbers' => static fn () => $resolver->resolveValues('10.0.0.1', [1]),
            'a header value that is null' => static fn () => $resolver->resolve('10.0.0.1', ['X' => null]),
            'a header value that is nested' => static fn () => $resolver->resolve('10.0.0.1', ['X' => [['y']]]),
            'a pair without a value' => static fn () => Headers::fromPairs([['X']]),
            'REMOTE_ADDR that is an array' => static fn () => $resolver->fromServerParams(['REMOTE_ADDR' => ['x']]),
            'a header of $_SERVER that is a number' => static fn () => $resolver->fromServerParams([
                'HTTP_X_FORWARDED_FOR' => 1,
            ]),
            'HTTP_HOST that is an array' => static fn () => Origin::fromServerParams(['HTTP_HOST' => []]),
            'hosts that are null' => static fn () => new OriginPolicy(allowedHosts: [null]),
            'entries that are numbers' => static fn () => new NginxRealip([1]),
            'a setting that is null' => static fn () => new TuleapCompat(null),
            'a limit that is text' => static fn () => new ShadowLog(linesPerMinute: '1'),
        ]);
    }

    public function testNulBytesAreBytesLikeOthers(): void
    {
        $proxies = new TrustedProxies("10.0.0.1\x00192.0.2.1");
        self::assertSame('10.0.0.1, 192.0.2.1', (string) $proxies, 'a blank in the list, as for trim()');
        self::assertRefused('peer/not-an-address', static fn () => $proxies->contains("10.0.0.1\0"));
        $resolver = new ClientIpResolver('10.0.0.1');
        self::assertSame('peer-unknown', $resolver->resolveValues("10.0.0.1\0", '203.0.113.9')->reason);
        self::assertSame('entry-malformed', $resolver->resolveValues('10.0.0.1', "203.0.113.9\0")->reason);
        $headers = ['X-Forwarded-For' => "203.0.113.9\0x"];
        self::assertSame('entry-malformed', $resolver->resolve('10.0.0.1', $headers)->reason);
        self::assertSame('no-header', $resolver->resolve('10.0.0.1', ["X-Forwarded-For\0" => '203.0.113.9'])->reason);
        $value = "203.0.113.9\0x";
        self::assertSame($value, (new TuleapCompat('10.0.0.1'))->resolve('10.0.0.1', $value));
        self::assertRefused('forwarding-header/name', static fn () => new ClientIpResolver('', headers: ["X\0"]));
    }

    public function testTextThatIsNotUtf8(): void
    {
        self::assertRefused('abi/not-utf8', static fn () => new TrustedProxies("10.0.0.1,\xff"));
        self::assertRefused('abi/not-utf8', static fn () => new OriginPolicy(allowedHosts: ["\xff"]));
        self::assertRefused('abi/not-utf8', static fn () => new NginxRealip(["\xff"]));
        self::assertSame("\xff", (new TuleapCompat("\xff"))->resolve("\xff", null));
    }

    public function testTenMegabytes(): void
    {
        $large = str_repeat('x', self::LARGE);
        $resolver = new ClientIpResolver('10.0.0.1');
        self::assertRefused('trusted-proxies/not-an-address', static fn () => new TrustedProxies($large), 0);
        self::assertRefused('allowed-hosts/host', static fn () => new OriginPolicy(allowedHosts: [$large]), 0);
        self::assertRefused('nginx-realip/entry', static fn () => new NginxRealip([$large]), 0);
        self::assertSame('peer-unknown', $resolver->resolveValues($large, null)->reason);
        self::assertSame('entry-too-long', $resolver->resolveValues('10.0.0.1', $large)->reason);
        self::assertSame('203.0.113.9', $resolver->resolveValues('10.0.0.1', "$large,203.0.113.9")->addr);
        $headers = ['X-Forwarded-For' => "$large,203.0.113.9", $large => $large];
        self::assertSame(self::LARGE, $resolver->explain('10.0.0.1', $headers)->unread);
        self::assertSame(self::LARGE, \strlen((new TuleapCompat('10.0.0.1'))->resolve('10.0.0.1', $large)));
    }

    public function testOutputLongerThanTheFirstRoom(): void
    {
        // Every other address, so that nothing is merged.
        $address = static fn (int $n): string => '10.0.' . intdiv($n, 128) . '.' . 2 * ($n % 128);
        $list = implode(',', array_map($address, range(0, 2000)));
        $proxies = new TrustedProxies($list);
        self::assertCount(2001, $proxies->networks());
        self::assertSame(strtr($list, [',' => ', ']), (string) $proxies);
    }

    public function testMoreHeadersThanAnybodySends(): void
    {
        $headers = ['X-Forwarded-For' => array_fill(0, 100_000, '203.0.113.9')];
        self::assertSame('203.0.113.9', (new ClientIpResolver('10.0.0.1'))->resolve('10.0.0.1', $headers)->addr);
        self::assertSame('edge', (new ClientIpResolver('10.0.0.1'))->resolve('10.0.0.1', [])->kind);
    }

    /** @dataProvider objects */
    public function testNothingWithAHandleIsSerialized(object $object): void
    {
        try {
            serialize($object);
            self::fail('serialized');
        } catch (\LogicException $exception) {
            self::assertStringContainsString('cannot be serialized', $exception->getMessage());
        }
        $text = sprintf('O:%d:"%s":0:{}', \strlen($object::class), $object::class);
        $this->expectException(\LogicException::class);
        unserialize($text);
    }

    /** @dataProvider objects */
    public function testAnObjectThatWasNeverConstructedIsAnError(object $object, string $method, array $arguments): void
    {
        $empty = (new \ReflectionClass($object))->newInstanceWithoutConstructor();
        $this->expectException(\Error::class);
        $empty->$method(...$arguments);
    }

    /** @dataProvider objects */
    public function testACloneAnswersWhenTheOriginalIsGone(object $object, string $method, array $arguments): void
    {
        $expected = $object->$method(...$arguments);
        $clone = clone $object;
        unset($object);
        gc_collect_cycles();
        self::assertEquals($expected, $clone->$method(...$arguments));
    }

    public static function objects(): array
    {
        return [
            [new TrustedProxies('10.0.0.1'), 'contains', ['10.0.0.1']],
            [new ClientIpResolver('10.0.0.1'), 'resolveValues', ['10.0.0.1', '203.0.113.9']],
            [new OriginPolicy(), 'origin', [new ClientIpResolver(''), '10.0.0.1', [], new Origin('http', 'a')]],
            [ForwardedHop::recommended(), 'strips', ['Forwarded']],
            [new NginxRealip([]), 'resolve', ['10.0.0.1', []]],
            [new TuleapCompat(''), 'resolve', ['10.0.0.1', null]],
            [new ShadowLog(), 'clientIp', [self::nobody(), null, '192.0.2.1', 0]],
        ];
    }

    private static function nobody(): ClientIp
    {
        return new ClientIp(null, null, null, 'none', 'peer-unknown', 0);
    }

    public function testNoPublicNameFreesAHandle(): void
    {
        foreach (self::objects() as [$object]) {
            self::assertFalse(method_exists($object, '__destruct'));
        }
    }

    public function testAHandleThatIsFreedByForceIsAnExceptionAndNotFreedTwice(): void
    {
        $proxies = new TrustedProxies('10.0.0.1');
        $handle = (new \ReflectionProperty($proxies, 'handle'))->getValue($proxies);
        $handle->__destruct();
        self::assertRefused('abi/null', static fn () => $proxies->contains('10.0.0.1'));
        self::assertRefused('abi/null', static fn () => new ClientIpResolver($proxies));
        unset($proxies, $handle);
        gc_collect_cycles();
        self::assertTrue((new TrustedProxies('10.0.0.1'))->contains('10.0.0.1'));
    }

    public function testAForkedProcessHasAnswersOfItsOwn(): void
    {
        $resolver = new ClientIpResolver('10.0.0.1');
        $child = pcntl_fork();
        if ($child === 0) {
            $client = $resolver->resolveValues('10.0.0.1', '203.0.113.9');
            unset($resolver);
            // Ends without the destructors that belong to the test runner.
            posix_kill(getmypid(), $client->addr === '203.0.113.9' ? \SIGTERM : \SIGABRT);
        }
        pcntl_waitpid($child, $status);
        self::assertSame(\SIGTERM, pcntl_wtermsig($status));
        self::assertSame('203.0.113.9', $resolver->resolveValues('10.0.0.1', '203.0.113.9')->addr);
    }

    public function testASignalHandlerThatAsksChangesNoAnswer(): void
    {
        $resolver = new ClientIpResolver('10.0.0.1');
        $asked = 0;
        pcntl_async_signals(true);
        pcntl_signal(\SIGUSR1, static function () use ($resolver, &$asked): void {
            $asked += (int) ($resolver->resolveValues('198.51.100.1', null)->addr === '198.51.100.1');
        });
        $parent = getmypid();
        $child = pcntl_fork();
        if ($child === 0) {
            while (posix_getppid() === $parent && posix_kill($parent, \SIGUSR1)) {
                usleep(1);
            }
            posix_kill(getmypid(), \SIGKILL);
        }
        $wrong = 0;
        for ($calls = 0; $calls < 300_000 && $asked < 3_000; $calls++) {
            $client = $resolver->resolveValues('10.0.0.1', '203.0.113.9:4711');
            $wrong += (int) ([$client->addr, $client->kind, $client->port] !== ['203.0.113.9', 'forwarded', 4711]);
        }
        posix_kill($child, \SIGKILL);
        pcntl_waitpid($child, $status);
        pcntl_signal(\SIGUSR1, \SIG_DFL);
        pcntl_async_signals(false);
        self::assertGreaterThan(0, $asked);
        self::assertSame(0, $wrong);
    }
}
