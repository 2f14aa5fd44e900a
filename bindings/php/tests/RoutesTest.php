<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use PHPUnit\Framework\TestCase;
use TuleapFront\Locations;
use TuleapFront\RequestLine;
use TuleapFront\RequestRefusal;
use TuleapFront\RequestTarget;
use TuleapFront\Route;
use TuleapFront\RouteExplanation;
use TuleapFront\Routes;
use TuleapFront\SshStream;
use TuleapFront\TuleapFrontException;

/** What nginx reads of a request line, which location takes a path, and where a request goes. */
final class RoutesTest extends TestCase
{
    public function testATargetIsReadAsNginxReadsIt(): void
    {
        $target = RequestTarget::parse('http://a.example/plugins%2Fsvn//a/../%61.css?x=%2e#top');
        self::assertInstanceOf(RequestTarget::class, $target);
        self::assertSame(['/plugins/svn/a.css', 'x=%2e'], [$target->uri, $target->args]);
        self::assertSame(['a.example', '/plugins%2Fsvn//a/../%61.css?x=%2e#top'], [$target->host, $target->requestUri]);
        self::assertSame('/a//b', RequestTarget::parse('/a//b', false)->uri);
        self::assertSame("/\xe9", RequestTarget::parse('/%e9')->uri);
        self::assertNull(RequestTarget::parse('/a')->host);
    }

    public function testWhatNginxRefusesSaysWhatItAnswers(): void
    {
        $refusal = RequestTarget::parse('/svn/%2e%2e/..');
        self::assertInstanceOf(RequestRefusal::class, $refusal);
        self::assertSame([400, 'above-root'], [$refusal->status, $refusal->reason()]);
        self::assertSame('request-target/above-root', $refusal->code);
        self::assertNotSame('', $refusal->text);
        self::assertSame(505, RequestLine::parse('GET / HTTP/2.0')->status);
        self::assertSame(405, RequestLine::parse('TRACE / HTTP/1.1')->status);
        self::assertSame(405, RequestLine::parse('CONNECT /x HTTP/1.1', '1.22')->status);
        self::assertSame(400, RequestLine::parse('CONNECT /x HTTP/1.1')->status);
    }

    public function testALineIsRead(): void
    {
        $line = RequestLine::parse("COPY /svn/a%20b HTTP/1.1\r\n");
        self::assertSame(['COPY', '/svn/a b', 'HTTP/1.1'], [$line->method, $line->target->uri, $line->version]);
        self::assertSame('HTTP/0.9', RequestLine::parse('GET /')->version);
    }

    public function testALocationIsChosenAsNginxChoosesIt(): void
    {
        $locations = new Locations("/ web\n^~ /svnplugin svn\n~* \\.(?:js|css)$ media");
        self::assertSame('media', $locations->find('/a.CSS')->name);
        $found = $locations->find('/svnplugin/a/logo.css');
        self::assertSame([1, 'svn', 'locations/stopping-prefix'], [$found->index, $found->name, $found->code()]);
        self::assertNull((new Locations('= /a a'))->find('/b'));
        self::assertSame('media', $locations->explain('/a.css')->jsonSerialize()['location']);
        self::assertStringContainsString('media', (string) $locations->explain('/a.css'));
        self::assertEquals($found, (new Locations((string) $locations))->find('/svnplugin/a/logo.css'));
        try {
            new Locations("/ a\n~ ^/(?!svn) b");
            self::fail('it is refused');
        } catch (TuleapFrontException $exception) {
            self::assertSame('locations/unsupported-pattern', $exception->errorCode);
            self::assertSame([1, 2, 5], [$exception->entry, $exception->textLine, $exception->textColumn]);
        }
    }

    public function testARouteIsFoundAndFilesAreAskedFor(): void
    {
        $routes = Routes::documented('distributed');
        self::assertSame(['web', 'php', 'svn'], $routes->backends());
        $asked = [];
        $files = static function (string $path) use (&$asked): string {
            $asked[] = $path;
            return str_ends_with($path, '.css') ? 'file' : 'missing';
        };
        $svn = $routes->route('/svnplugin//a%20b?c', $files);
        self::assertSame(['svn', '/svnplugin//a%20b?c'], [$svn->backend, $svn->backendTarget]);
        $script = $routes->route('/plugins/svn/?group_id=1', $files);
        self::assertInstanceOf(Route::class, $script);
        self::assertSame(['fastcgi', 'php'], [$script->outcome, $script->backend]);
        self::assertSame(['/index.php', 'group_id=1', 1], [$script->uri, $script->args, $script->internalRedirects]);
        self::assertSame($script->file, $script->documentRoot . $script->scriptName);
        self::assertSame(['/usr/share/tuleap/plugins/svn/www/'], $asked);
        $style = Routes::recommended()->route('/viewvc-theme-tuleap/a.css', $files, 'POST');
        self::assertSame(['file', false], [$style->outcome, $style->isAllowed]);
        self::assertSame('php', Routes::documented('distributed', 'try-files')->route('/a', $files)->backend);
        $slash = (new Routes("/ proxy web\n/app/ proxy app"))->route('/app?x', $files);
        self::assertSame(['redirect', 301, '/app/?x'], [$slash->outcome, $slash->status, $slash->location]);
        $nothing = (new Routes("root /srv\n/ static"))->route('/a', $files);
        self::assertSame(['refuse', 404, 'not-found'], [$nothing->outcome, $nothing->status, $nothing->reason]);
    }

    public function testARouteIsExplained(): void
    {
        $routes = new Routes((string) Routes::documented('distributed'));
        $explanation = $routes->explain('/plugins/svn/', static fn (): string => 'missing');
        self::assertInstanceOf(RouteExplanation::class, $explanation);
        self::assertSame('php', $explanation->jsonSerialize()['backend']);
        self::assertStringContainsString('fallback', (string) $explanation);
        $refused = $routes->explain('/%', static fn (): string => 'missing');
        self::assertInstanceOf(RequestRefusal::class, $refused);
        self::assertSame('request-target/escape', $refused->code);
    }

    public function testTheNumbersOfTheSshStream(): void
    {
        $documented = SshStream::documented();
        self::assertSame([22, 2, 5.0], [$documented->listen, $documented->maxFails, $documented->failTimeout]);
        self::assertSame([1.0, 3.0], [$documented->connectTimeout, $documented->timeout]);
        self::assertSame(3600.0, SshStream::recommended()->timeout);
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
        }
    }

    /** @return iterable<string, array{string, \Closure(): mixed}> */
    public static function wrong(): iterable
    {
        $perhaps = static fn (): string => 'perhaps';
        yield 'action' => ['routes/action', static fn () => new Routes('/ what')];
        yield 'pattern' => ['locations/prefix', static fn () => new Routes('a proxy b')];
        yield 'guide' => ['abi/argument', static fn () => Routes::documented('x')];
        yield 'root' => ['abi/argument', static fn () => Routes::documented('distributed', 'x')];
        yield 'files' => ['abi/argument', static fn () => Routes::documented('distributed', 'try-files')->route('/a', $perhaps)];
        yield 'nginx' => ['abi/argument', static fn () => RequestLine::parse('GET /', 'x')];
    }
}
