<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use PHPUnit\Framework\TestCase;
use TuleapFront\CacheAnswer;
use TuleapFront\CacheFacts;
use TuleapFront\CacheKey;
use TuleapFront\CachePolicy;
use TuleapFront\CacheZone;
use TuleapFront\TuleapFrontException;

final class CacheTest extends TestCase
{
    private static function facts(string $target, array $headers = []): CacheFacts
    {
        return new CacheFacts('http', 'GET', 'tuleap.example.com', $target, $headers);
    }

    public function testAKeyHasItsFile(): void
    {
        $key = CacheKey::documented('http', 'GET', 'tuleap.example.com', '/c002/a.css');
        self::assertSame('httpGETtuleap.example.com/c002/a.css', $key->bytes);
        self::assertSame('c1b46a28356afba7bfb22f8d73acdd19', $key->md5());
        self::assertSame('9/d1/c1b46a28356afba7bfb22f8d73acdd19', $key->path());
        self::assertSame('c1b46a28356afba7bfb22f8d73acdd19', $key->path(''));
        $key = new CacheKey('httpGETtuleap.example.com/c199/a.css');
        $variant = $key->variant('Accept-Encoding', ['accept-encoding' => 'gzip']);
        self::assertSame('ce010beae4a158d61f47a59a1314babf', $variant);
    }

    public function testOursKeepsNothingOfAUser(): void
    {
        $facts = self::facts('/account/x.css', ['Cookie' => 'session=1']);
        $page = new CacheAnswer(200, ['Content-Type' => 'text/html', 'Set-Cookie' => 'session=2']);
        $store = CachePolicy::documented()->store($facts, $page, 1000);
        self::assertSame([true, 3600, 4600, 1800], [
            $store->isStored,
            $store->lifetime,
            $store->validUntil,
            $store->keptFor,
        ]);
        $store = (new CachePolicy())->store($facts, $page, 1000);
        self::assertSame([false, 'cache/set-cookie', null], [$store->isStored, $store->code, $store->lifetime]);
        self::assertSame('set-cookie', $store->reason());
        self::assertSame('the answer has Set-Cookie', $store->text);
    }

    public function testWhatIsAskedAndWhatTheClientGets(): void
    {
        $policy = CachePolicy::parse(
            'location ~* \.css$; proxy_cache zone; proxy_cache_key $host$uri; proxy_cache_bypass $arg_nocache;',
        );
        self::assertSame('look-up', $policy->lookUp(self::facts('/a.css'))->action);
        $bypass = $policy->lookUp(self::facts('/a.css?nocache=1'));
        self::assertSame(['bypass', 'cache/bypass', 'bypass'], [$bypass->action, $bypass->code, $bypass->reason()]);
        self::assertSame('skip', $policy->lookUp(self::facts('/a.png'))->action);
        self::assertSame('tuleap.example.com/a.css', $policy->key(self::facts('/a.css?b'))?->bytes);
        self::assertNull($policy->key(self::facts('*')));
        $answer = new CacheAnswer(200, ['Cache-Control' => 'private', 'Set-Cookie' => 'a=b', 'X-A' => 'c']);
        $lines = CachePolicy::documented()->responseLines(self::facts('/a.png'), $answer, 784_111_777);
        self::assertSame([
            ['Cache-Control', 'max-age=3600'],
            ['X-A', 'c'],
            ['Expires', 'Sun, 06 Nov 1994 09:49:37 GMT'],
        ], $lines);
    }

    public function testAVariantIsNamed(): void
    {
        $policy = CachePolicy::parse('proxy_cache zone; proxy_cache_key $host$uri;');
        $facts = self::facts('/a', ['Accept-Language' => 'fr']);
        $answer = new CacheAnswer(200, ['Cache-Control' => 'max-age=60', 'Vary' => 'Accept-Language']);
        $variant = $policy->key($facts)?->variant('Accept-Language', $facts->headers);
        self::assertSame($variant, $policy->store($facts, $answer, 0)->variantMd5);
    }

    public function testTheVersionsOfNginxDiffer(): void
    {
        $answer = new CacheAnswer(200, ['Cache-Control' => 'no-cache', 'X-Accel-Expires' => '30']);
        $lifetime = static fn (string $rules): ?int
            => CachePolicy::documented(rules: $rules)->store(self::facts('/a.css'), $answer, 0)->lifetime;
        self::assertSame([null, 30], [$lifetime('1.22'), $lifetime('current')]);
    }

    public function testAZoneAnswersFromWhatItKeeps(): void
    {
        $zone = new CacheZone(CachePolicy::documented());
        $facts = self::facts('/a.css');
        $step = $zone->ask($facts, 1000);
        self::assertNull($step->status);
        self::assertSame(['GET', '/a.css'], [$step->upstreamMethod, $step->upstreamTarget]);
        self::assertContains(['Host', 'tuleap.example.com'], $step->upstreamLines);
        $answer = new CacheAnswer(200, ['Content-Type' => 'text/css']);
        $miss = $zone->answer($step->ticket, $answer, 1000);
        self::assertSame(['MISS', 'MISS', true, 3600], [
            $miss->cacheStatus,
            $miss->shownStatus,
            $miss->stores,
            $miss->lifetime,
        ]);
        self::assertNull($zone->answer($step->ticket, $answer, 1000), 'a ticket is good once');
        $hit = $zone->ask($facts, 1001);
        self::assertSame([null, 200, 'HIT', 'cache/fresh'], [
            $hit->ticket,
            $hit->status,
            $hit->cacheStatus,
            $hit->code,
        ]);
        self::assertSame('fresh', $hit->reason());
        self::assertContains(['Content-Type', 'text/css'], $hit->lines);
        self::assertSame($hit->key, $hit->jsonSerialize()['key']);
        $expired = $zone->ask($facts, 4601);
        $stale = $zone->fail($expired->ticket, 'timeout', 4601);
        self::assertSame(504, $stale->status);
        self::assertNull($zone->fail($expired->ticket, 'timeout', 4601));
    }

    public function testAnExplanationIsForPeopleAndForPrograms(): void
    {
        $policy = new CachePolicy();
        $explanation = $policy->explain(self::facts('/account;x.css'));
        self::assertStringStartsWith("cache skipped (path)\n", (string) $explanation);
        $explanation = $policy->explain(self::facts('/a.css'), new CacheAnswer(404, []), 0);
        self::assertSame(['not stored', 'status'], [
            $explanation->jsonSerialize()['verdict'],
            $explanation->jsonSerialize()['reason'],
        ]);
    }

    public function testAPolicyIsReadAndWritten(): void
    {
        $text = "proxy_cache zone;\nproxy_cache_key \$host\$uri;\nproxy_cache_valid 200 \"1h 5m\";\n";
        $policy = CachePolicy::parse($text, '1.22');
        self::assertSame($text, (string) $policy);
        $settings = $policy->settings();
        self::assertSame(['proxy_cache_valid', '200', '1h 5m'], $settings['directives'][2]);
        self::assertSame(['1.22', '$host$uri', false], [
            $settings['rules'],
            $settings['key'],
            $settings['recommended'],
        ]);
    }

    /**
     * @param \Closure(): mixed $make
     *
     * @dataProvider wrong
     */
    public function testWhatHasNoMeaningIsRefused(string $code, \Closure $make): void
    {
        try {
            $make();
            self::fail('it is refused');
        } catch (TuleapFrontException $exception) {
            self::assertSame($code, $exception->errorCode);
            self::assertNotNull($exception->hint);
        }
    }

    /** @return iterable<string, array{string, \Closure(): mixed}> */
    public static function wrong(): iterable
    {
        $old = new CacheFacts('http', 'GET', 'a', '/', [], 'HTTP/x');
        $zone = static fn (): CacheZone => new CacheZone(new CachePolicy());
        yield 'directive' => ['cache-policy/directive', static fn () => CachePolicy::parse('proxy_cash zone;')];
        yield 'not UTF-8' => ['abi/not-utf8', static fn () => CachePolicy::parse("proxy_cache \xff;")];
        yield 'rules' => ['abi/argument', static fn () => new CachePolicy('1')];
        yield 'guide' => ['abi/argument', static fn () => CachePolicy::documented('x')];
        yield 'scheme' => ['abi/argument', static fn () => new CacheFacts('ftp', 'GET', 'a', '/')];
        yield 'scheme of a key' => ['abi/argument', static fn () => CacheKey::documented('ftp', 'GET', 'a', '/')];
        yield 'levels' => ['cache-levels/digit', static fn () => (new CacheKey(''))->path('1:3')];
        yield 'status' => ['abi/argument', static fn () => new CacheAnswer(-1, [])];
        yield 'version' => ['abi/argument', static fn () => (new CachePolicy())->lookUp($old)];
        yield 'version for a zone' => ['abi/argument', static fn () => $zone()->ask($old, 0)];
        yield 'failure' => ['abi/argument', static fn () => $zone()->fail(1, 'x', 0)];
    }
}
