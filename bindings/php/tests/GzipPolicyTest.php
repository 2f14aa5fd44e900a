<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use PHPUnit\Framework\TestCase;
use TuleapFront\GzipFacts;
use TuleapFront\GzipPolicy;
use TuleapFront\Headers;
use TuleapFront\TuleapFrontException;

final class GzipPolicyTest extends TestCase
{
    private static function facts(array $response, array $request = [], mixed ...$rest): GzipFacts
    {
        return new GzipFacts('https', ['Accept-Encoding' => 'gzip'] + $request, 200, $response, 784_111_777, ...$rest);
    }

    public function testAStyleIsCompressedAndItsHeaderIsChanged(): void
    {
        $facts = self::facts(['Content-Type' => 'text/css', 'ETag' => '"a"', 'Content-Length' => '300']);
        $verdict = (new GzipPolicy())->decide($facts);
        self::assertTrue($verdict->compresses && $verdict->varies);
        self::assertSame(['gzip/accepted', 'accepted'], [$verdict->code, $verdict->reason()]);
        self::assertSame('weaken', $verdict->etag);
        self::assertSame(['content-length', 'accept-ranges'], $verdict->removes);
        self::assertNotSame('', $verdict->text);
        $lines = (new GzipPolicy('1h'))->responseLines($facts);
        self::assertSame([
            ['Content-Type', 'text/css'],
            ['Vary', 'Accept-Encoding'],
            ['ETag', 'W/"a"'],
            ['Expires', 'Sun, 06 Nov 1994 09:49:37 GMT'],
            ['Cache-Control', 'max-age=3600'],
            ['Content-Encoding', 'gzip'],
        ], $lines);
        self::assertSame([], (new GzipPolicy())->responseLines(self::facts([])));
    }

    public function testAPageOfAUserIsNotCompressedUnlessToldSo(): void
    {
        $facts = self::facts(['Content-Type' => 'text/html'], ['Cookie' => 'a']);
        self::assertSame('gzip/secret', (new GzipPolicy())->decide($facts)->code);
        self::assertTrue((new GzipPolicy(secrets: 'compress'))->decide($facts)->compresses);
    }

    public function testTheKnownPoliciesDiffer(): void
    {
        $facts = self::facts(['Content-Type' => 'application/json']);
        self::assertSame('type', GzipPolicy::documented()->decide($facts)->reason());
        self::assertSame('type', GzipPolicy::documented('distributed')->decide($facts)->reason());
        self::assertTrue(GzipPolicy::tuleap()->decide($facts)->compresses);
    }

    public function testALengthIsToldInThreeWays(): void
    {
        $response = ['Content-Type' => 'text/css', 'Content-Length' => '3'];
        $policy = new GzipPolicy();
        self::assertSame('too-short', $policy->decide(self::facts($response))->reason());
        self::assertTrue($policy->decide(self::facts($response, length: 256))->compresses);
        self::assertTrue($policy->decide(self::facts($response, length: 'unknown'))->compresses);
    }

    public function testTwoLinesOfANameDifferBetweenVersions(): void
    {
        $response = ['Content-Type' => ['image/png', 'text/html']];
        self::assertFalse(GzipPolicy::parse('gzip on;')->decide(self::facts($response))->compresses);
        self::assertTrue(GzipPolicy::parse('gzip on;', rules: '1.22')->decide(self::facts($response))->compresses);
    }

    public function testDirectivesAreReadAndWritten(): void
    {
        $policy = GzipPolicy::parse("gzip on;\ngzip_types text/css *; gzip_min_length 1k; # and so on", 'epoch', '1.22');
        self::assertStringContainsString("gzip_types text/css *;\n", (string) $policy);
        $settings = $policy->settings();
        self::assertSame([true, 1024, 'epoch'], [$settings['on'], $settings['min_length'], $settings['expires']]);
        self::assertSame([['text/css'], true, '1.22'], [$settings['types'], $settings['all_types'], $settings['rules']]);
        self::assertTrue((new GzipPolicy())->settings()['recommended']);
    }

    public function testAnExplanationIsForPeopleAndForPrograms(): void
    {
        $explanation = (new GzipPolicy())->explain(self::facts(['Content-Type' => 'image/png']));
        self::assertStringStartsWith("gzip no (type)\n", (string) $explanation);
        $data = $explanation->jsonSerialize();
        self::assertSame(['check' => 'type', 'seen' => 'image/png', 'decides' => true], end($data['steps']));
    }

    public function testTheFactsOfARequestOfPhp(): void
    {
        $server = [
            'HTTPS' => 'on',
            'REQUEST_METHOD' => 'POST',
            'SERVER_PROTOCOL' => 'HTTP/2.0',
            'REQUEST_TIME' => 5,
            'HTTP_ACCEPT_ENCODING' => 'gzip',
        ];
        $response = Headers::fromLines(['Content-Type: text/css', 'X-Empty:', 'Vary:Cookie', 'none']);
        $facts = GzipFacts::fromServerParams($server, 200, $response, 1000);
        self::assertSame(['https', 'POST', 'HTTP/2.0', 5, 1000], [
            $facts->scheme,
            $facts->method,
            $facts->version,
            $facts->now,
            $facts->length,
        ]);
        self::assertTrue((new GzipPolicy())->decide($facts)->compresses);
        self::assertContains(['Vary', 'Cookie, Accept-Encoding'], (new GzipPolicy())->responseLines($facts));
        self::assertSame('http', GzipFacts::fromServerParams([], 200, [])->scheme);
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
        $facts = static fn (mixed ...$rest): GzipFacts => self::facts([], ...$rest);
        yield 'directive' => ['gzip/directive', static fn () => GzipPolicy::parse('gunzip on;')];
        yield 'not UTF-8' => ['abi/not-utf8', static fn () => GzipPolicy::parse("gzip \xff;")];
        yield 'expires' => ['expires/daily', static fn () => new GzipPolicy('@25h')];
        yield 'rules' => ['abi/argument', static fn () => GzipPolicy::tuleap(rules: '1')];
        yield 'secrets' => ['abi/argument', static fn () => new GzipPolicy(secrets: 'none')];
        yield 'guide' => ['abi/argument', static fn () => GzipPolicy::documented('x')];
        yield 'scheme' => ['abi/argument', static fn () => new GzipFacts('ftp', [], 200, [], 0)];
        yield 'status' => ['abi/argument', static fn () => new GzipFacts('http', [], -1, [], 0)];
        yield 'length' => ['abi/argument', static fn () => $facts(length: -1)];
        yield 'length in words' => ['abi/argument', static fn () => $facts(length: 'long')];
        yield 'version' => ['abi/argument', static fn () => (new GzipPolicy())->decide($facts(version: 'HTTP/x'))];
        yield 'a line end' => ['abi/argument', static fn () => (new GzipPolicy())->responseLines(
            self::facts(['Vary' => "a\nb"]),
        )];
    }

    public function testAPlaceIsTold(): void
    {
        try {
            GzipPolicy::parse("gzip on;\ngzip_vary yes;");
            self::fail('it is refused');
        } catch (TuleapFrontException $exception) {
            self::assertSame([1, 2, 11, 3], [
                $exception->entry,
                $exception->textLine,
                $exception->textColumn,
                $exception->length,
            ]);
            self::assertSame('write on or off', $exception->hint);
        }
    }
}
