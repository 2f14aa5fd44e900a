<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use PHPUnit\Framework\TestCase;
use TuleapFront\Tests\Support\Files;
use TuleapFront\Tests\Support\Surface;

/** The public names are those that were agreed upon. */
final class SurfaceTest extends TestCase
{
    /** What PHP has beside the items of the table. */
    private const ONLY_HERE = [
        'CacheAnswer::$headers' => 'a field of the struct',
        'CacheAnswer::$status' => 'a field of the struct',
        'CacheAnswer::__construct()' => 'the fields of the struct',
        'CacheExplanation::jsonSerialize()' => 'the form that every language shares',
        'CacheFacts::$headers' => 'a field of the struct',
        'CacheFacts::$host' => 'a field of the struct',
        'CacheFacts::$method' => 'a field of the struct',
        'CacheFacts::$scheme' => 'a field of the struct',
        'CacheFacts::$target' => 'a field of the struct',
        'CacheFacts::$version' => 'a field of the struct',
        'CacheFacts::__construct()' => 'the fields of the struct',
        'CacheLookup::$text' => 'the text of the reason',
        'CacheLookup::reason()' => 'the name of the reason',
        'CachePolicy::parse()' => 'reads the directives',
        'CacheStep::jsonSerialize()' => 'the form that every language shares',
        'CacheStep::reason()' => 'the name of the reason',
        'CacheStore::$text' => 'the text of the reason',
        'CacheStore::reason()' => 'the name of the reason',
        'ChainExplanation::jsonSerialize()' => 'the form that every language shares',
        'ClientIp::code()' => 'the code of the reason',
        'ClientIpMiddleware' => 'PSR-15',
        'ClientIpMiddleware::CLIENT_IP' => 'PSR-15',
        'ClientIpMiddleware::ORIGIN' => 'PSR-15',
        'ClientIpMiddleware::__construct()' => 'PSR-15',
        'ClientIpMiddleware::process()' => 'PSR-15',
        'ClientIpResolver::fromServerParams()' => '$_SERVER',
        'DestinationExplanation::code()' => 'the code of the cause',
        'DestinationFacts::$forwardedHost' => 'a field of the struct',
        'DestinationFacts::$host' => 'a field of the struct',
        'DestinationFacts::$method' => 'a field of the struct',
        'DestinationFacts::$scheme' => 'a field of the struct',
        'DestinationFacts::__construct()' => 'the fields of the struct',
        'DestinationFacts::fromServerParams()' => '$_SERVER',
        'Explanation::jsonSerialize()' => 'the form that every language shares',
        'GzipExplanation::jsonSerialize()' => 'the form that every language shares',
        'GzipFacts::$length' => 'a field of the struct',
        'GzipFacts::$method' => 'a field of the struct',
        'GzipFacts::$now' => 'a field of the struct',
        'GzipFacts::$request' => 'a field of the struct',
        'GzipFacts::$response' => 'a field of the struct',
        'GzipFacts::$scheme' => 'a field of the struct',
        'GzipFacts::$status' => 'a field of the struct',
        'GzipFacts::$version' => 'a field of the struct',
        'GzipFacts::fromServerParams()' => '$_SERVER',
        'GzipPolicy::parse()' => 'reads the directives',
        'GzipVerdict::$text' => 'the text of the reason',
        'GzipVerdict::reason()' => 'the name of the reason',
        'Headers::fromLines()' => 'forms of headers',
        'Headers::fromMap()' => 'forms of headers',
        'Headers::fromPairs()' => 'forms of headers',
        'Headers::fromServerParams()' => '$_SERVER',
        'IfExplanation::code()' => 'the code of the cause',
        'IfExplanation::jsonSerialize()' => 'the form that every language shares',
        'Library' => 'finds the library',
        'Library::useFiles()' => 'finds the library',
        'Library::version()' => 'the version',
        'LibraryException' => 'finds the library',
        'LibraryException::$errorCode' => 'finds the library',
        'LibraryException::$hint' => 'finds the library',
        'LocationExplanation::code()' => 'the code of the cause',
        'LocationExplanation::jsonSerialize()' => 'the form that every language shares',
        'LocationMatch::code()' => 'the code of the reason',
        'LocationsExplanation::jsonSerialize()' => 'the form that every language shares',
        'NginxServers::__construct()' => 'reads the text',
        'NginxServers::explain()' => 'the answer in words',
        'Origin::fromServerParams()' => '$_SERVER',
        'OriginPolicy::__construct()' => 'its arguments are listed one by one',
        'PanicException' => 'a fault of the library',
        'PanicException::$errorCode' => 'a fault of the library',
        'ProxyChain::__construct()' => 'reads the text',
        'RedirectDecision::$text' => 'the text of the reason',
        'RedirectDecision::reason()' => 'the name of the reason',
        'RedirectExplanation::jsonSerialize()' => 'the form that every language shares',
        'RequestHead::headers()' => 'forms of headers',
        'RequestRefusal' => 'the error of RequestTarget::parse and RequestLine::parse',
        'RequestRefusal::$text' => 'the text of the reason',
        'RequestRefusal::reason()' => 'the name of the reason',
        'ResponseHead::headers()' => 'forms of headers',
        'Rewrite::$status' => 'a field of the variant',
        'Rewrite::$text' => 'the text of the reason',
        'Rewrite::code()' => 'the code of the reason',
        'Route::$documentRoot' => 'a field of the outcome',
        'Route::$location' => 'a field of the outcome',
        'Route::$locationIndex' => 'a field of the location',
        'Route::$scriptName' => 'a field of the outcome',
        'Route::$status' => 'a field of the outcome',
        'RouteExplanation::jsonSerialize()' => 'the form that every language shares',
        'Routes::__construct()' => 'reads the text',
        'ServerAnswer::$args' => 'part of the head',
        'ServerAnswer::$text' => 'the text of the reason',
        'ServerAnswer::$uri' => 'part of the head',
        'ServerAnswer::reason()' => 'the name of the reason',
        'ServerExplanation' => 'the answer in words',
        'ServerExplanation::jsonSerialize()' => 'the form that every language shares',
        'ShadowLogger' => 'PSR-3',
        'ShadowLogger::__construct()' => 'PSR-3',
        'ShadowLogger::compare()' => 'PSR-3',
        'SshStream::$connectTimeout' => 'a field of the struct',
        'SshStream::$failTimeout' => 'a field of the struct',
        'SshStream::$listen' => 'a field of the struct',
        'SshStream::$maxFails' => 'a field of the struct',
        'SshStream::$timeout' => 'a field of the struct',
        'Warning::$message' => 'the text',
    ];

    public function testTheSurfaceIsTheCommittedOne(): void
    {
        $file = __DIR__ . '/surface.json';
        $flags = \JSON_PRETTY_PRINT | \JSON_UNESCAPED_SLASHES | \JSON_THROW_ON_ERROR;
        $text = json_encode(Surface::all(), $flags) . "\n";
        $committed = (string) file_get_contents($file);
        if ($committed !== $text) {
            file_put_contents($file, $text);
        }
        self::assertSame($committed, $text, 'tests/surface.json was stale and is written: commit it');
    }

    public function testTheSurfaceEqualsTheTableOfBindings(): void
    {
        $table = (string) file_get_contents(Files::root() . '/bindings/api.toml');
        preg_match_all('/^php\s*=\s*"([^"]+)"/m', $table, $matches);
        $listed = array_unique($matches[1]);
        $names = self::names();
        self::assertSame([], array_values(array_diff($listed, $names)), 'in the table, but not here');
        $members = array_filter($names, static fn (string $name): bool => !str_contains($name, ' $'));
        $unlisted = array_diff($members, $listed, array_keys(self::ONLY_HERE));
        self::assertSame([], array_values($unlisted), 'here, but not in the table');
        self::assertSame([], array_values(array_diff(array_keys(self::ONLY_HERE), $names)));
    }

    public function testNoPublicNameGivesAPointerAway(): void
    {
        self::assertStringNotContainsString('FFI', json_encode(Surface::all()));
    }

    /**
     * @return list<string> `Class`, `Class::CONSTANT`, `Class::$property`, `Class::method()`,
     *     `Class::method $argument`
     */
    private static function names(): array
    {
        $names = [];
        foreach (Surface::all() as $class => $surface) {
            $names[] = $class;
            foreach (array_keys($surface['constants']) as $constant) {
                $names[] = "$class::$constant";
            }
            foreach (array_keys($surface['properties']) as $property) {
                $names[] = "$class::\$$property";
            }
            foreach ($surface['methods'] as $method => $signature) {
                if ($method !== '__toString') {
                    $names[] = "$class::$method()";
                    preg_match_all('/\$\w+/', $signature, $matches);
                    array_push($names, ...array_map(static fn ($name): string => "$class::$method $name", $matches[0]));
                }
            }
        }
        return $names;
    }
}
