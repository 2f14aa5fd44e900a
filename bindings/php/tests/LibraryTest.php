<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use PHPUnit\Framework\TestCase;
use TuleapFront\Library;
use TuleapFront\LibraryException;
use TuleapFront\Tests\Support\FakeLibrary;
use TuleapFront\Tests\Support\Files;
use TuleapFront\Tests\Support\Php;

/** What is said when the library cannot be used, by PHP as each fault finds it. */
final class LibraryTest extends TestCase
{
    private const VERSION = '/^\d+\.\d+\.\d+$/';

    public function testTheVersion(): void
    {
        self::assertMatchesRegularExpression(self::VERSION, Library::version());
    }

    public function testTheCodeIsForTheVersionOfTheHeader(): void
    {
        $header = (string) file_get_contents(Files::header());
        self::assertStringContainsString('TULEAP_FRONT_ABI_VERSION = ' . Library::ABI_VERSION . ',', $header);
        self::assertStringStartsWith('#define FFI_SCOPE "' . Library::SCOPE . "\"\n", $header);
    }

    public function testTheCommandLineNeedsNoSetting(): void
    {
        self::assertMatchesRegularExpression(self::VERSION, $this->says(['-d', 'ffi.enable=preload'])['version']);
    }

    public function testWithoutTheExtension(): void
    {
        $fault = $this->says(['-n']);
        self::assertSame('library/no-ffi', $fault['code']);
        self::assertSame("PHP's extension ffi is not loaded: set in php.ini:\n  extension=ffi", $fault['message']);
    }

    public function testWhereFfiIsForbidden(): void
    {
        foreach (['0', 'off'] as $value) {
            $fault = $this->says(['-d', "ffi.enable=$value"]);
            self::assertSame('library/ffi-disabled', $fault['code']);
            self::assertStringStartsWith('ffi.enable=0 in php.ini forbids FFI to every script', $fault['message']);
            self::assertStringContainsString("set in php.ini:\n  ffi.enable=preload\n  ffi.preload=/", $fault['hint']);
            $line = "\n  opcache.preload=" . \dirname(__DIR__) . '/preload.php';
            self::assertStringContainsString($line, $fault['hint']);
        }
    }

    public function testWithoutTheFiles(): void
    {
        $fault = $this->says([], Files::header(), '/nowhere/libtuleap_front.so');
        self::assertSame('library/missing-library', $fault['code']);
        self::assertStringContainsString('/nowhere/libtuleap_front.so', $fault['message']);
        self::assertStringContainsString('cargo xtask build c', $fault['hint']);
        $fault = $this->says([], '/nowhere/tuleap_front.h');
        self::assertSame('library/missing-header', $fault['code']);
        self::assertStringContainsString('/nowhere/tuleap_front.h', $fault['message']);
    }

    public function testALibraryOfAnotherVersion(): void
    {
        $fault = $this->says([], Files::header(), FakeLibrary::ofAnotherVersion());
        self::assertSame('library/wrong-version', $fault['code']);
        self::assertStringContainsString('the library for ABI 99', $fault['message']);
        self::assertStringContainsString('install the package as a whole', $fault['hint']);
    }

    public function testAHeaderOfAnotherVersion(): void
    {
        $header = Files::target('fake') . '/another.h';
        $text = (string) file_get_contents(Files::header());
        file_put_contents($header, str_replace('ABI_VERSION = 1,', 'ABI_VERSION = 7,', $text));
        $fault = $this->says([], $header);
        self::assertSame('library/wrong-version', $fault['code']);
        self::assertStringContainsString('the header for ABI 7', $fault['message']);
    }

    public function testALibraryThatLacksAFunction(): void
    {
        $fault = $this->says([], Files::header(), FakeLibrary::incomplete());
        self::assertSame('library/wrong-version', $fault['code']);
        self::assertStringContainsString('lacks what the header declares', $fault['message']);
    }

    public function testAFileThatIsNoLibrary(): void
    {
        $fault = $this->says([], Files::header(), FakeLibrary::text());
        self::assertSame('library/not-loaded', $fault['code']);
        self::assertStringContainsString('does not load', $fault['message']);
    }

    public function testFilesAreNamedBeforeTheFirstCall(): void
    {
        Library::version();
        try {
            Library::useFiles(Files::header(), Files::library());
            self::fail('too late, and taken all the same');
        } catch (LibraryException $exception) {
            self::assertSame('library/loaded-already', $exception->errorCode);
        }
    }

    /** @param list<string> $options of php */
    private function says(array $options, ?string $header = null, ?string $library = null): array
    {
        $code = Php::firstCall($header ?? Files::header(), $library ?? Files::library());
        return Php::json($options, $code);
    }
}
