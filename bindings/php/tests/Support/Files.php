<?php

declare(strict_types=1);

namespace TuleapFront\Tests\Support;

/** The repository, its header, the library under test, and a folder for what tests make. */
final class Files
{
    public static function root(): string
    {
        return getenv('TULEAP_FRONT_ROOT') ?: \dirname(__DIR__, 4);
    }

    public static function header(): string
    {
        return self::root() . '/include/tuleap_front.h';
    }

    public static function library(): string
    {
        return self::existing('c/lib/libtuleap_front.so', 'cargo xtask build c --prefix target/php/c');
    }

    /** The same library, in which every function panics while TULEAP_FRONT_PANIC_TEST is set. */
    public static function panickingLibrary(): string
    {
        return self::existing(
            'panic/debug/libtuleap_front_c.so',
            'cargo build -p tuleap-front-c --features panic-test --target-dir target/php/panic',
        );
    }

    /** A folder for what tests make. */
    public static function target(string $name = ''): string
    {
        $folder = rtrim(self::root() . "/target/php/$name", '/');
        if (!is_dir($folder)) {
            mkdir($folder, 0777, true);
        }
        return $folder;
    }

    /** @return array<mixed> */
    public static function json(string $path): array
    {
        $text = (string) file_get_contents(self::root() . "/$path");
        return json_decode($text, true, 64, \JSON_THROW_ON_ERROR);
    }

    private static function existing(string $name, string $command): string
    {
        $file = self::root() . "/target/php/$name";
        return is_file($file) ? $file : throw new \LogicException("$file is missing: run `$command`");
    }
}
