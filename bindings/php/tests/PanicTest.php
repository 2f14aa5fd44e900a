<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use PHPUnit\Framework\TestCase;
use TuleapFront\Tests\Support\Files;
use TuleapFront\Tests\Support\Php;

/** A fault of the library is an exception, and the same objects go on answering. */
final class PanicTest extends TestCase
{
    public function testEveryCallSurvivesAPanic(): void
    {
        $said = Php::json(['-d', 'display_errors=stderr'], sprintf(
            'require %s; require %s; TuleapFront\Library::useFiles(%s, %s); '
                . 'fclose(STDERR); echo json_encode(TuleapFront\Tests\Support\Panics::all());',
            var_export(\dirname(__DIR__) . '/autoload.php', true),
            var_export(__DIR__ . '/autoload.php', true),
            var_export(Files::header(), true),
            var_export(Files::panickingLibrary(), true),
        ));
        self::assertCount(47, $said);
        $expected = ['abi/panic', 'a fault of the library: please report it', 'fine'];
        foreach ($said as $call => $answer) {
            self::assertSame($expected, $answer, $call);
        }
    }
}
