<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use PHPUnit\Framework\TestCase;
use TuleapFront\HttpsRedirect;
use TuleapFront\TuleapFrontException;

final class HttpsRedirectTest extends TestCase
{
    public function testARequestOverHttpIsSentToTheConfiguredHost(): void
    {
        $redirect = new HttpsRedirect('tuleap.example.com');
        $answer = $redirect->decide('http', 'GET', '//evil.example/a%20b?c#d');
        self::assertSame(['redirect', 301], [$answer->action, $answer->status]);
        self::assertSame('https://tuleap.example.com//evil.example/a%20b?c#d', $answer->location);
        self::assertSame('https-redirect/may-become-get', $answer->code);
        self::assertSame('may-become-get', $answer->reason());
        self::assertSame(308, $redirect->decide('http', 'COPY', '/a')->status);
        $stays = $redirect->decide('https', 'GET', '/a');
        self::assertSame(['stay', null, null], [$stays->action, $stays->status, $stays->location]);
    }

    public function testWhatIsNoTargetIsRefused(): void
    {
        $refused = (new HttpsRedirect('tuleap.example.com'))->decide('http', 'GET', "/a\r\nb");
        self::assertSame(['refuse', 400, null], [$refused->action, $refused->status, $refused->location]);
        self::assertStringStartsWith('request-target/', $refused->code);
        self::assertNotSame('', $refused->text);
        self::assertSame(405, (new HttpsRedirect('a.example'))->decide('http', 'TRACE', '/')->status);
    }

    public function testTheDocumentedRedirectAndTheChoicesOfBoth(): void
    {
        $simple = HttpsRedirect::documented('reverse-proxy', 'Tuleap.Example.com other.example');
        $answer = $simple->decide('http', 'POST', '/a');
        self::assertSame([301, 'https://tuleap.example.com:443/a'], [$answer->status, $answer->location]);
        $answer = HttpsRedirect::documented('distributed', 'a.example', 'found')->decide('http', 'GET', '/');
        self::assertSame([302, 'https://a.example/'], [$answer->status, $answer->location]);
        $other = new HttpsRedirect('https://a.example:8443', 'temporary-redirect', '1.22');
        $answer = $other->decide('http', 'GET', '/');
        self::assertSame([307, 'https://a.example:8443/'], [$answer->status, $answer->location]);
    }

    public function testAnExplanationIsForPeopleAndForPrograms(): void
    {
        $explanation = (new HttpsRedirect('a.example'))->explain('http', 'POST', '/b');
        self::assertStringContainsString('https://a.example/b', (string) $explanation);
        self::assertSame(308, $explanation->jsonSerialize()['status']);
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
            self::assertStringStartsWith($code, $exception->errorCode);
            self::assertNotNull($exception->hint);
        }
    }

    /** @return iterable<string, array{string, \Closure(): mixed}> */
    public static function wrong(): iterable
    {
        yield 'origin' => ['https-origin/', static fn () => new HttpsRedirect('a b')];
        yield 'status' => ['abi/argument', static fn () => new HttpsRedirect('a.example', '301')];
        yield 'guide' => ['abi/argument', static fn () => HttpsRedirect::documented('x', 'a.example')];
        yield 'name' => ['https-origin/', static fn () => HttpsRedirect::documented('distributed', '*')];
        yield 'nginx' => ['abi/argument', static fn () => new HttpsRedirect('a.example', null, '1')];
        yield 'scheme' => ['abi/argument', static fn () => (new HttpsRedirect('a'))->decide('ftp', 'GET', '/')];
    }
}
