<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use PHPUnit\Framework\TestCase;
use TuleapFront\DestinationFacts;
use TuleapFront\DestinationRule;
use TuleapFront\Headers;
use TuleapFront\NginxDestination;
use TuleapFront\Rewrite;
use TuleapFront\TuleapFrontException;

/** Where COPY and MOVE go, and the headers that name a place beside. */
final class DestinationRuleTest extends TestCase
{
    private const HOST = 'tuleap.example.com';

    public function testADestinationIsMappedAndItsBytesAreKept(): void
    {
        $rule = new DestinationRule('https://tuleap.example.com', 'http://127.0.0.1:8080');
        $value = "https://me@tuleap.example.com:443/svn/a%20b \xc3\xa9\xff";
        $rewrite = $rule->rewriteValue(self::copy(), $value);
        $expected = new Rewrite('rewrite', "http://127.0.0.1:8080/svn/a%20b \xc3\xa9\xff");
        self::assertEquals($expected, $rewrite);
        self::assertEquals($expected, $rule->rewriteLines(self::copy(), [$value]));
        self::assertEquals($expected, $rule->rewrite(self::copy(), ['DESTINATION' => $value]));
        self::assertEquals($expected, $rule->rewrite(self::copy(), Headers::fromPairs([['destination', $value]])));
        self::assertNull($rewrite->code());
    }

    public function testARefusalSaysWhatToAnswerAndNothingOfTheClient(): void
    {
        $rule = DestinationRule::recommended();
        $refused = $rule->rewriteValue(self::copy(), 'https://other.example/a');
        $text = 'the Destination is on another server';
        self::assertEquals(new Rewrite('reject', null, 502, 'foreign-origin', $text), $refused);
        self::assertSame('destination/foreign-origin', $refused->code());
        $lines = ['https://tuleap.example.com/a', 'https://tuleap.example.com/b'];
        self::assertSame(400, $rule->rewriteLines(self::copy(), $lines)->status);
        $get = new DestinationFacts('GET', self::HOST);
        self::assertSame('unchanged', $rule->rewriteLines($get, $lines)->action);
        self::assertSame('unchanged', $rule->rewrite(self::copy(), [])->action);
    }

    public function testTheHostThatIsSentOnIsTheClientsUnlessAnotherIsGiven(): void
    {
        $rule = DestinationRule::recommended();
        $value = 'https://tuleap.example.com/a';
        self::assertSame('http://tuleap.example.com/a', $rule->rewriteValue(self::copy(), $value)->value);
        $forwarded = new DestinationFacts('COPY', self::HOST, 'backend:8080');
        self::assertSame('http://backend:8080/a', $rule->rewriteValue($forwarded, $value)->value);
        $server = ['REQUEST_METHOD' => 'COPY', 'HTTP_HOST' => self::HOST, 'HTTPS' => 'on'];
        self::assertEquals(self::copy(), DestinationFacts::fromServerParams($server));
        self::assertSame('http', DestinationFacts::fromServerParams(['HTTPS' => 'off'])->scheme);
    }

    public function testTheChoices(): void
    {
        $origins = ['https://a.example', 'https://b.example'];
        $rule = new DestinationRule($origins, 'http', foreign: 'pass', pathAbsolute: 'promote');
        $facts = new DestinationFacts('MOVE', null, 'b.example');
        self::assertSame('unchanged', $rule->rewriteValue($facts, 'https://c.example/d')->action);
        self::assertSame('http://b.example/d', $rule->rewriteValue($facts, '/d')->value);
        self::assertSame('http://b.example/d', $rule->rewriteValue($facts, 'https://b.example/d')->value);
    }

    public function testAnExplanationSaysWhichOriginAndNoPassword(): void
    {
        $rule = new DestinationRule('https://a.example, https://b.example', 'http');
        $facts = new DestinationFacts('COPY', 'b.example');
        $explanation = $rule->explain($facts, ['Destination' => 'https://me:secret@b.example/d']);
        self::assertSame(['rewrite', 'public-origin', 1], [$explanation->action, $explanation->cause, $explanation->entry]);
        self::assertSame(['https://b.example', 1, null], [$explanation->origin, $explanation->lines, $explanation->reason]);
        self::assertSame('destination/public-origin', $explanation->code());
        self::assertStringContainsString('the public origin 1, https://b.example', (string) $explanation);
        self::assertSame('http://b.example/d', $explanation->jsonSerialize()['next']);
        self::assertStringNotContainsString('secret', $explanation . json_encode($explanation));
    }

    public function testTheTagsOfIfAreMappedWhereTheyAreOurs(): void
    {
        $rule = new DestinationRule('https://a.example', 'http://127.0.0.1:8080');
        self::assertSame('rewrite', $rule->ifTags());
        self::assertSame('keep', DestinationRule::recommended()->ifTags());
        self::assertSame('rewrite', (new DestinationRule('auto', 'http', ifTags: 'rewrite'))->ifTags());
        $put = new DestinationFacts('PUT', 'a.example');
        $lists = ' (<https://a.example/token> ["c]"]) <https://x/d> (Not [e])';
        self::assertSame("<http://127.0.0.1:8080/b>$lists", $rule->rewriteIf($put, "<https://a.example/b>$lists"));
        self::assertNull($rule->rewriteIf($put, '(<urn:1>)'));
        $malformed = $rule->explainIf($put, '<https://a.example/b> (<urn:1>');
        self::assertSame(['unchanged', 'if/unclosed-list'], [$malformed->action, $malformed->code()]);
        self::assertIsInt($malformed->offset);
        $tags = $rule->explainIf($put, '<https://me:secret@a.example/b> (<urn:1>)')->tags;
        self::assertSame(['public-origin', 'http://127.0.0.1:8080/b'], [$tags[0]['cause'], $tags[0]['next']]);
        self::assertStringNotContainsString('secret', $tags[0]['sent']);
    }

    public function testALocationComesBackToThePublicOrigin(): void
    {
        $rule = new DestinationRule('https://a.example', 'http://127.0.0.1:8080');
        $get = new DestinationFacts('GET', 'a.example');
        $sent = 'http://127.0.0.1:8080/b?c#d';
        self::assertSame('https://a.example/b?c#d', $rule->rewriteLocation($get, $sent));
        self::assertNull($rule->rewriteLocation($get, 'http://other.example/b'));
        $explanation = $rule->explainLocation($get, $sent);
        self::assertSame(['location/backend-origin', 0], [$explanation->code(), $explanation->entry]);
        self::assertSame('https://a.example', $explanation->origin);
        $auto = DestinationRule::recommended();
        self::assertSame('https://a.example/b', $auto->rewriteLocation($get, 'http://a.example/b'));
        $plain = new DestinationFacts('GET', 'a.example', scheme: 'http');
        self::assertNull($auto->rewriteLocation($plain, 'http://a.example/b'));
    }

    public function testTheDocumentedRuleAndWhatNginxSends(): void
    {
        $documented = DestinationRule::documented();
        self::assertSame('http://x/a%20b', $documented->rewriteValue(self::copy(), 'HTTPS://x/a%20b')->value);
        $lines = ['https://a/1', 'https://b/2'];
        self::assertSame('http://a/1, https://b/2', $documented->rewriteLines(self::copy(), $lines)->value);
        $headers = ['Destination' => $lines];
        self::assertSame('http://a/1, https://b/2', $documented->rewrite(self::copy(), $headers)->value);
        $old = DestinationRule::documented('reverse-proxy', '1.22');
        self::assertSame('http://a/1', $old->rewriteLines(self::copy(), $lines)->value);
        $distributed = DestinationRule::documented('distributed');
        self::assertSame('unchanged', $distributed->rewriteValue(self::copy(), 'https://x/a')->action);
        $nginx = new NginxDestination();
        self::assertSame('http://x/a%20b', $nginx->sent('/a', ['https://x/a%20b']));
        self::assertSame('http://x/a%2520b', $nginx->sent('/a%20b', ['https://x/a%20b']));
        self::assertNull($nginx->sent('/a', []));
    }

    public function testWhatIsRefusedSaysWhereAndWhatToWrite(): void
    {
        try {
            new DestinationRule(['https://a.example', 'https://b.example/svn'], 'http');
            self::fail('a path is refused');
        } catch (TuleapFrontException $exception) {
            self::assertSame(['destination-origin/path', 1], [$exception->errorCode, $exception->entry]);
            self::assertStringStartsWith('write ', (string) $exception->hint);
        }
    }

    /**
     * @param \Closure(): mixed $make
     *
     * @dataProvider wrong
     */
    public function testAWordThatHasNoMeaningIsRefused(string $code, \Closure $make): void
    {
        try {
            $make();
            self::fail('it is refused');
        } catch (TuleapFrontException $exception) {
            self::assertSame($code, $exception->errorCode);
        }
    }

    /** @return iterable<string, array{string, \Closure(): mixed}> */
    public static function wrong(): iterable
    {
        yield 'backend' => ['destination-origin/scheme', static fn () => new DestinationRule('auto', 'ftp')];
        yield 'no origin' => ['destination-origin/empty', static fn () => new DestinationRule([], 'http')];
        yield 'an origin of two' => [
            'destination-origin/scheme',
            static fn () => new DestinationRule(['https://a.example https://b.example'], 'http'),
        ];
        yield 'foreign' => ['abi/argument', static fn () => new DestinationRule('auto', 'http', 'x')];
        yield 'paths' => ['abi/argument', static fn () => new DestinationRule('auto', 'http', pathAbsolute: 'x')];
        yield 'tags' => ['abi/argument', static fn () => new DestinationRule('auto', 'http', ifTags: 'x')];
        yield 'guide' => ['abi/argument', static fn () => DestinationRule::documented('x')];
        yield 'nginx' => ['abi/argument', static fn () => new NginxDestination('distributed', '1.0')];
        yield 'scheme' => ['abi/argument', static fn () => new DestinationFacts('GET', scheme: 'ftp')];
    }

    private static function copy(): DestinationFacts
    {
        return new DestinationFacts('COPY', self::HOST);
    }
}
