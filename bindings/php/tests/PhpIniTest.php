<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use PHPUnit\Framework\TestCase;
use TuleapFront\Tests\Support\Files;
use TuleapFront\Tests\Support\Php;

/** The program that prints the lines of php.ini. */
final class PhpIniTest extends TestCase
{
    public function testTheHeaderIsWrittenAndTheLinesArePrinted(): void
    {
        $header = Files::target('ini') . '/copy.h';
        [$status, $output] = $this->program('--header', $header, '--user', 'codendiadm');
        self::assertSame([0, implode("\n", [
            'ffi.enable=preload',
            "ffi.preload=$header",
            'opcache.enable=1',
            'opcache.preload=' . \dirname(__DIR__) . '/preload.php',
            'opcache.preload_user=codendiadm',
            '',
        ])], [$status, $output]);
        $this->isTheHeaderWithItsLibrary((string) file_get_contents($header));
    }

    public function testTheHeaderIsPrinted(): void
    {
        [$status, $output] = $this->program('--print-header');
        self::assertSame(0, $status);
        $this->isTheHeaderWithItsLibrary($output);
    }

    public function testAPreloadFileThatIsThereAlreadyStays(): void
    {
        $lines = Php::json(
            ['-d', 'opcache.preload=/srv/preload.php', '-d', 'opcache.enable_cli=0'],
            'require ' . var_export(\dirname(__DIR__) . '/autoload.php', true)
                . '; echo json_encode(TuleapFront\Internal\PhpIni::lines());',
        );
        self::assertStringContainsString(
            "; opcache.preload=/srv/preload.php stays; add to that file: require_once '"
                . \dirname(__DIR__) . "/preload.php';\n",
            $lines,
        );
    }

    public function testWhatCannotBeDone(): void
    {
        [$status, $output] = $this->program('--header', '/nowhere/copy.h');
        self::assertSame(1, $status);
        self::assertStringContainsString('/nowhere/copy.h cannot be written: name another with --header', $output);
        [$status, $output] = $this->program('--unknown');
        self::assertSame(2, $status);
        self::assertStringStartsWith('usage: tuleap-front-php-ini', $output);
        self::assertSame(0, $this->program('--help')[0]);
    }

    private function isTheHeaderWithItsLibrary(string $text): void
    {
        $own = explode("\n", (string) file_get_contents(Files::header()));
        $lines = explode("\n", $text);
        self::assertSame('#define FFI_LIB "' . realpath(Files::library()) . '"', $lines[1]);
        unset($own[1], $lines[1]);
        self::assertSame($own, $lines);
    }

    /** @return array{int, string} */
    private function program(string ...$words): array
    {
        // As Composer's proxy does, with the files of the repository in place of the package's.
        $proxy = Files::target('ini') . '/proxy.php';
        file_put_contents($proxy, sprintf(
            '<?php $_composer_autoload_path = %s; require %s;',
            var_export(__DIR__ . '/bootstrap.php', true),
            var_export(\dirname(__DIR__) . '/bin/tuleap-front-php-ini', true),
        ));
        return Php::run([$proxy, ...$words]);
    }
}
