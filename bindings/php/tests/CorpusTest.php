<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use PHPUnit\Framework\TestCase;
use TuleapFront\Tests\Support\Corpus;

/** Every recorded row, answered by this process. */
final class CorpusTest extends TestCase
{
    /** @dataProvider clientIp */
    public function testClientIp(array $question, array $expected): void
    {
        self::assertSame(...Corpus::client($expected, (new Rows())->answer($question)));
    }

    /** @dataProvider nginx */
    public function testNginx(array $question, array $expected): void
    {
        self::assertSame(...Corpus::nginx($expected, (new Rows())->answer($question)));
    }

    public static function clientIp(): array
    {
        return Corpus::clientIp();
    }

    public static function nginx(): array
    {
        return Corpus::realip() + Corpus::forwarded();
    }
}
