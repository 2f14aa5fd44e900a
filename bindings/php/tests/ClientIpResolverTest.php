<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use PHPUnit\Framework\TestCase;
use TuleapFront\ClientIp;
use TuleapFront\ClientIpResolver;
use TuleapFront\Headers;
use TuleapFront\Tests\Support\Refusals;
use TuleapFront\TrustedProxies;

final class ClientIpResolverTest extends TestCase
{
    use Refusals;

    private const SERVER = ['REMOTE_ADDR' => '10.0.0.1', 'HTTP_X_FORWARDED_FOR' => '6.6.6.6, 203.0.113.9:4711'];

    public function testTheClientOfARequest(): void
    {
        $client = (new ClientIpResolver('10.0.0.1'))->fromServerParams(self::SERVER);
        $expected = new ClientIp('203.0.113.9', '203.0.113.9', 4711, 'forwarded', 'first-untrusted', 1);
        self::assertEquals($expected, $client);
        self::assertTrue($client->isCertain());
        self::assertSame('client-ip/first-untrusted', $client->code());
        self::assertSame('203.0.113.9', (string) $client);
    }

    public function testAnUncertainAddressIsForLogsOnly(): void
    {
        $resolver = new ClientIpResolver('10.0.0.0/8');
        $unnamed = $resolver->resolveValues('10.0.0.1', 'unknown');
        self::assertEquals(new ClientIp(null, '10.0.0.1', null, 'unnamed', 'entry-unknown', 0), $unnamed);
        self::assertFalse($unnamed->isCertain());
        $nobody = $resolver->fromServerParams([]);
        self::assertEquals(new ClientIp(null, null, null, 'none', 'peer-unknown', 0), $nobody);
        self::assertSame('-', (string) $nobody);
        self::assertSame('edge', $resolver->resolveValues('10.0.0.1', null)->kind);
    }

    public function testTheConfiguredHeaderIsReadFromServerParams(): void
    {
        $resolver = new ClientIpResolver('10.0.0.1', headers: ['X-Real-IP']);
        self::assertSame('edge', $resolver->fromServerParams(self::SERVER)->kind);
        $server = self::SERVER + ['HTTP_X_REAL_IP' => '198.51.100.7'];
        self::assertSame('198.51.100.7', $resolver->fromServerParams($server)->addr);
        $several = new ClientIpResolver('10.0.0.1', headers: ['Forwarded', 'x-real-ip']);
        self::assertSame(['forwarded', 'x-real-ip'], $several->sources);
        self::assertSame('198.51.100.7', $several->fromServerParams($server)->addr);
        $server['HTTP_FORWARDED'] = 'for=203.0.113.50';
        self::assertSame('203.0.113.50', $several->fromServerParams($server)->addr);
        self::assertSame('client-ip/several-sources', $several->warnings()[0]->code);
        self::assertNull($several->warnings()[0]->entry);
    }

    public function testEveryFormOfHeadersIsTheSame(): void
    {
        $resolver = new ClientIpResolver('10.0.0.0/8');
        $expected = $resolver->resolveValues('10.0.0.1', ['6.6.6.6, 203.0.113.9', '10.0.0.2']);
        self::assertSame(['203.0.113.9', 2], [$expected->addr, $expected->hops]);
        $lines = [['x-forwarded-for', '6.6.6.6, 203.0.113.9'], ['Accept', '*/*'], ['X-Forwarded-For', '10.0.0.2']];
        $forms = [
            ['X-Forwarded-For' => ['6.6.6.6, 203.0.113.9', '10.0.0.2'], 'Accept' => '*/*'],
            ['X-FORWARDED-FOR' => '6.6.6.6, 203.0.113.9, 10.0.0.2'],
            Headers::fromPairs($lines),
            Headers::fromPairs((static fn () => yield from $lines)()),
            Headers::fromServerParams([
                'HTTP_X_FORWARDED_FOR' => '6.6.6.6, 203.0.113.9, 10.0.0.2',
                'REQUEST_TIME' => 1,
            ]),
        ];
        foreach ($forms as $headers) {
            self::assertEquals($expected, $resolver->resolve('10.0.0.1', $headers));
        }
    }

    public function testAHeaderWhoseNameIsANumberNeverStandsForAnother(): void
    {
        // As an array key PHP turns such a name into a number.
        $headers = ['5' => ['X-Forwarded-For', '6.6.6.6'], 'Host' => ['tuleap.example.com']];
        self::assertSame('no-header', (new ClientIpResolver('10.0.0.1'))->resolve('10.0.0.1', $headers)->reason);
    }

    public function testHopsAreCounted(): void
    {
        $value = '192.0.2.66, 203.0.113.9, 198.51.100.7';
        $two = new ClientIpResolver('10.0.0.0/8', hops: 2);
        self::assertSame('203.0.113.9', $two->resolveValues('10.0.0.1', $value)->addr);
        self::assertSame('direct', $two->resolveValues('198.51.100.1', $value)->kind);
        $any = new ClientIpResolver('', hops: 2, dangerAnyPeer: true);
        self::assertSame('203.0.113.9', $any->resolveValues('198.51.100.1', $value)->addr);
        self::assertSame('client-ip/hops-with-peer-any', $any->warnings()[0]->code);
        $short = new ClientIpResolver('10.0.0.0/8', maxHops: 1);
        self::assertSame('hop-limit', $short->resolveValues('10.0.0.1', '203.0.113.9, 10.0.0.3, 10.0.0.2')->reason);
    }

    public function testTrusts(): void
    {
        $resolver = new ClientIpResolver(new TrustedProxies('10.0.0.0/8, unix:'));
        self::assertTrue($resolver->trusts('10.1.2.3'));
        self::assertTrue($resolver->trusts('unix:/run/front.sock'));
        self::assertFalse($resolver->trusts('192.0.2.1'));
        self::assertRefused('peer/not-an-address', static fn () => $resolver->trusts('10.0.0.1:80'));
        self::assertSame('10.0.0.0/8, unix:', (string) $resolver->trusted);
    }

    public function testTheListOutlivesTheObjectItWasGivenIn(): void
    {
        $proxies = new TrustedProxies('10.0.0.1');
        $resolver = new ClientIpResolver($proxies);
        unset($proxies);
        gc_collect_cycles();
        self::assertSame('203.0.113.9', $resolver->fromServerParams(self::SERVER)->addr);
    }

    public function testAnExplanation(): void
    {
        $resolver = new ClientIpResolver('10.0.0.0/8');
        $headers = ['X-Forwarded-For' => "6.6.6.6, \xff203.0.113.9", 'Forwarded' => 'for=1.2.3.4'];
        $explanation = $resolver->explain('10.0.0.1', $headers);
        self::assertEquals($resolver->resolve('10.0.0.1', $headers), $explanation->client);
        self::assertSame('x-forwarded-for', $explanation->source);
        self::assertSame(['peer', '10.0.0.1', 'trusted'], array_values(get_object_vars($explanation->steps[0])));
        self::assertSame("\u{fffd}203.0.113.9", $explanation->steps[1]->text);
        self::assertSame(['other-source-ignored'], $explanation->notes);
        self::assertSame(7, $explanation->unread);
        self::assertStringStartsWith('client 10.0.0.1 (unnamed: entry-malformed)', (string) $explanation);
        self::assertSame(
            ['client', 'client_port', 'kind', 'reason', 'source', 'hops', 'steps', 'notes', 'unread'],
            array_keys(json_decode(json_encode($explanation), true)),
        );
        self::assertSame('localhost', $resolver->explain('localhost', [])->steps[0]->text);
    }

    /** @dataProvider refused */
    public function testWhatIsRefused(string $code, array $arguments): void
    {
        self::assertRefused($code, static fn () => new ClientIpResolver(...$arguments));
    }

    public static function refused(): array
    {
        return [
            'a name that is none' => ['forwarding-header/name', ['', 'headers' => ['X-Real-IP:']]],
            'an empty name' => ['forwarding-header/name', ['', 'headers' => ['']]],
            'two names in one' => ['forwarding-header/name', ['', 'headers' => ['X-Real-IP,Forwarded']]],
            'no name' => ['forwarding-header/name', ['', 'headers' => []]],
            'not UTF-8' => ['abi/not-utf8', ['', 'headers' => ["\xff"]]],
            'no hops' => ['abi/argument', ['', 'hops' => 0]],
            'many hops' => ['abi/argument', ['', 'hops' => 256]],
            'negative hops' => ['abi/argument', ['', 'maxHops' => -1]],
            'any peer without hops' => ['abi/argument', ['', 'dangerAnyPeer' => true]],
        ];
    }
}
