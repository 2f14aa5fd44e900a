<?php

declare(strict_types=1);

namespace TuleapFront\Tests\Support;

use TuleapFront\CacheAnswer;
use TuleapFront\CacheFacts;
use TuleapFront\CacheKey;
use TuleapFront\CachePolicy;
use TuleapFront\CacheZone;
use TuleapFront\ClientIpResolver;
use TuleapFront\ForwardedHop;
use TuleapFront\GzipFacts;
use TuleapFront\GzipPolicy;
use TuleapFront\NginxRealip;
use TuleapFront\NginxHost;
use TuleapFront\NginxServers;
use TuleapFront\Origin;
use TuleapFront\OriginPolicy;
use TuleapFront\PanicException;
use TuleapFront\RequestHead;
use TuleapFront\ResponseHead;
use TuleapFront\ShadowLog;
use TuleapFront\TrustedProxies;
use TuleapFront\TuleapCompat;

/** Calls everything that calls the library, with a library that panics and that does not. */
final class Panics
{
    private const SWITCH = 'TULEAP_FRONT_PANIC_TEST';

    /** @return array<string, array{string, string, string}> code and text of the panic, and what came after it */
    public static function all(): array
    {
        return array_map(self::survives(...), self::calls());
    }

    /** @return array{string, string, string} */
    private static function survives(\Closure $call): array
    {
        $call();
        putenv(self::SWITCH . '=1');
        try {
            $call();
            $said = ['none', ''];
        } catch (PanicException $exception) {
            $said = [$exception->errorCode, $exception->getMessage()];
        } finally {
            putenv(self::SWITCH);
        }
        $call();
        return [...$said, 'fine'];
    }

    /** @return array<string, \Closure> */
    private static function calls(): array
    {
        $proxies = new TrustedProxies('10.0.0.0/7');
        $resolver = new ClientIpResolver($proxies, headers: ['x-forwarded-for', 'x-real-ip']);
        $policy = new OriginPolicy();
        $hop = ForwardedHop::recommended();
        $realip = new NginxRealip(['10.0.0.1']);
        $compat = new TuleapCompat('x');
        $local = new Origin('http', 'a');
        $shadow = new ShadowLog();
        $nobody = $resolver->resolveValues(null, null);
        $headers = ['X-Forwarded-For' => '203.0.113.9'];
        $cache = new CachePolicy();
        $asked = new CacheFacts('http', 'GET', 'a', '/a.css');
        $answer = new CacheAnswer(200, []);
        $servers = new NginxServers('server { }');
        $gzip = new GzipPolicy();
        $facts = new GzipFacts('https', [], 200, [], 0);
        return [
            'new TrustedProxies' => fn () => new TrustedProxies('10.0.0.1'),
            'contains' => fn () => $proxies->contains('10.0.0.1'),
            'trustsUnixSocket' => fn () => $proxies->trustsUnixSocket(),
            'isEmpty' => fn () => $proxies->isEmpty(),
            'networks' => fn () => $proxies->networks(),
            'text' => fn () => (string) $proxies,
            'list warnings' => fn () => $proxies->warnings(),
            'new ClientIpResolver' => fn () => new ClientIpResolver($proxies),
            'fromServerParams' => fn () => $resolver->fromServerParams(['REMOTE_ADDR' => '10.0.0.1']),
            'resolve' => fn () => $resolver->resolve('10.0.0.1', $headers),
            'resolveValues' => fn () => $resolver->resolveValues('10.0.0.1', '203.0.113.9'),
            'resolveValues of nobody' => fn () => $resolver->resolveValues(null, null),
            'resolveValues of lines' => fn () => $resolver->resolveValues('10.0.0.1', ['203.0.113.9']),
            'explain' => fn () => $resolver->explain('10.0.0.1', $headers),
            'trusts' => fn () => $resolver->trusts('10.0.0.1'),
            'resolver warnings' => fn () => $resolver->warnings(),
            'new OriginPolicy' => fn () => new OriginPolicy(),
            'origin' => fn () => $policy->origin($resolver, '10.0.0.1', $headers, $local),
            'hop' => fn () => ForwardedHop::recommended(),
            'forResolver' => fn () => $hop->forResolver($resolver),
            'headers' => fn () => $hop->headers($resolver, $policy, '10.0.0.1', $headers, $local),
            'strips' => fn () => $hop->strips('Forwarded'),
            'stripReason' => fn () => $hop->stripReason('Forwarded'),
            'realip' => fn () => $realip->resolve('10.0.0.1', $headers),
            'compat' => fn () => $compat->resolve('10.0.0.1', null),
            'compat warnings' => fn () => $compat->warnings(),
            'new CachePolicy' => fn () => new CachePolicy(),
            'look up' => fn () => $cache->lookUp($asked),
            'store' => fn () => $cache->store($asked, $answer, 0),
            'cache explained' => fn () => $cache->explain($asked, $answer),
            'cache lines' => fn () => $cache->responseLines($asked, $answer, 0),
            'key' => fn () => $cache->key($asked),
            'md5' => fn () => (new CacheKey('a'))->md5(),
            'new CacheZone' => fn () => new CacheZone($cache),
            'new GzipPolicy' => fn () => new GzipPolicy(),
            'gzip' => fn () => $gzip->decide($facts),
            'gzip explained' => fn () => $gzip->explain($facts),
            'gzip lines' => fn () => $gzip->responseLines($facts),
            'gzip settings' => fn () => $gzip->settings(),
            'request head' => fn () => RequestHead::parse("GET /\n"),
            'response head' => fn () => ResponseHead::parse("HTTP/1.1 200\n\n"),
            'nginx host' => fn () => NginxHost::parse('a'),
            'new NginxServers' => fn () => new NginxServers('server { }'),
            'servers' => fn () => $servers->answer("GET /\n", '::1', 'http'),
            'servers explained' => fn () => $servers->explain("GET /\n", '::1', 'http'),
            'new ShadowLog' => fn () => new ShadowLog(),
            'shadow line' => fn () => $shadow->clientIp($nobody, null, '192.0.2.1'),
        ];
    }
}
