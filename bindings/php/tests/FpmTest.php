<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use PHPUnit\Framework\TestCase;
use TuleapFront\Tests\Support\Corpus;
use TuleapFront\Tests\Support\FakeLibrary;
use TuleapFront\Tests\Support\Files;
use TuleapFront\Tests\Support\Fpm;

/** Behind a real php-fpm: preloaded, as production is, and with each setting that is missing. */
final class FpmTest extends TestCase
{
    private const REQUEST = ['REMOTE_ADDR' => '127.0.0.1', 'HTTP_X_FORWARDED_FOR' => '6.6.6.6, 203.0.113.9'];

    private static ?Fpm $preloaded = null;

    public static function tearDownAfterClass(): void
    {
        self::$preloaded = null;
    }

    public function testPreloaded(): void
    {
        $answer = $this->ask(self::preloaded());
        self::assertTrue($answer['preloaded']);
        self::assertSame('203.0.113.9', $answer['addr'] ?? $answer['message']);
        $stranger = $this->ask(self::preloaded(), ['REMOTE_ADDR' => '198.51.100.1']);
        self::assertSame(['direct', '198.51.100.1'], [$stranger['kind'], $stranger['addr']]);
    }

    public function testEveryRowBehindThePreloadedFpm(): void
    {
        $all = ['client' => Corpus::clientIp(), 'nginx' => Corpus::realip() + Corpus::forwarded()];
        foreach ($all as $held => $cases) {
            $questions = array_map(json_encode(...), array_column($cases, 0));
            $output = self::preloaded()->request(__DIR__ . '/fpm/rows.php', [], implode("\n", $questions));
            $answers = explode("\n", rtrim($output));
            self::assertCount(\count($cases), $answers, substr($output, -1000));
            foreach (array_keys($cases) as $index => $name) {
                $answer = json_decode($answers[$index], true, 64, \JSON_THROW_ON_ERROR);
                [$expected, $got] = Corpus::$held($cases[$name][1], $answer);
                self::assertSame($expected, $got, $name);
            }
        }
    }

    public function testOnePreloadedWorkerAnswersManyRequestsWithoutGrowing(): void
    {
        $script = __DIR__ . '/fpm/time.php';
        $time = fn (): array => json_decode(self::preloaded()->request($script, self::REQUEST), true);
        self::assertSame('203.0.113.9', $time()['addr']);
        $size = $this->ask(self::preloaded())['size'];
        for ($request = 0; $request < 2_000; $request++) {
            $time();
        }
        self::assertLessThan(1_000_000, $this->ask(self::preloaded())['size'] - $size);
    }

    public function testAWorkerOutlivesAPanic(): void
    {
        $fpm = new Fpm('panic', self::preload(Files::panickingLibrary()));
        $before = $this->ask($fpm);
        $panic = $this->ask($fpm, ['CALL_PANIC' => '1']);
        $after = $this->ask($fpm);
        self::assertSame(['abi/panic', '203.0.113.9'], [$panic['code'], $after['addr']]);
        self::assertSame([$before['pid'], $before['pid']], [$panic['pid'], $after['pid']]);
    }

    public function testWithoutTheHeaderPreloadedCodeLoadsTheFiles(): void
    {
        $fpm = new Fpm('files', array_diff_key(self::preload(), ['ffi.preload' => '']));
        $files = ['CALL_FILES' => Files::header() . '|' . Files::library()];
        self::assertSame('203.0.113.9', $this->ask($fpm, $files)['addr']);
        self::assertSame('library/missing-header', $this->ask($fpm)['code']);
    }

    /** @dataProvider withoutPreloadedCode */
    public function testWithoutPreloadedCode(string $name, array $ini): void
    {
        $answer = $this->ask(new Fpm($name, $ini));
        self::assertFalse($answer['preloaded']);
        self::assertSame('library/not-preloaded', $answer['code']);
        self::assertStringStartsWith(
            'ffi.enable=preload in php.ini allows FFI to preloaded files alone, and this package is not preloaded: '
                . 'run vendor/bin/tuleap-front-php-ini, which writes the header named below; '
                . "set in php.ini, then restart php-fpm:\n  ffi.enable=preload\n  ffi.preload=/",
            $answer['message'],
        );
        $line = "\n  opcache.preload=" . \dirname(__DIR__) . '/preload.php';
        self::assertStringContainsString($line, $answer['message']);
    }

    public static function withoutPreloadedCode(): array
    {
        $header = ['ffi.preload' => self::header(Files::library())];
        return ['as installed' => ['bare', []], 'with the header alone' => ['header', $header]];
    }

    public function testWithoutPreloadedCodeTheFilesAreRefusedToo(): void
    {
        $answer = $this->ask(new Fpm('restricted', []), ['CALL_FILES' => Files::header() . '|' . Files::library()]);
        self::assertSame('library/not-preloaded', $answer['code']);
    }

    public function testWhereFfiIsForbidden(): void
    {
        $answer = $this->ask(new Fpm('forbidden', ['ffi.enable' => '0']));
        self::assertSame('library/ffi-disabled', $answer['code']);
    }

    public function testAnotherVersionIsPreloaded(): void
    {
        $answer = $this->ask(new Fpm('version', self::preload(FakeLibrary::ofAnotherVersion())));
        self::assertSame('library/wrong-version', $answer['code']);
        $hint = 'run vendor/bin/tuleap-front-php-ini again and restart php-fpm';
        self::assertStringContainsString($hint, $answer['message']);
    }

    private static function preloaded(): Fpm
    {
        return self::$preloaded ??= new Fpm('preloaded', self::preload());
    }

    /** @return array<string, string> the settings that tuleap-front-php-ini prints */
    private static function preload(?string $library = null): array
    {
        return [
            'ffi.enable' => 'preload',
            'ffi.preload' => self::header($library ?? Files::library()),
            'opcache.enable' => '1',
            'opcache.preload' => \dirname(__DIR__) . '/preload.php',
        ];
    }

    /** The header for preloading, with this library. */
    private static function header(string $library): string
    {
        $header = Files::target('fpm') . '/' . basename($library) . '.h';
        $text = (string) file_get_contents(Files::header());
        $line = '#define FFI_LIB "' . realpath($library) . '"';
        file_put_contents($header, preg_replace('/^#define FFI_LIB .*$/m', $line, $text, 1));
        return $header;
    }

    private function ask(Fpm $fpm, array $server = []): array
    {
        $output = $fpm->request(__DIR__ . '/fpm/call.php', $server + self::REQUEST);
        return json_decode($output, true, 64) ?? self::fail($output);
    }
}
