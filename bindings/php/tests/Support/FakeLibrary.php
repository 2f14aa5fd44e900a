<?php

declare(strict_types=1);

namespace TuleapFront\Tests\Support;

/** Libraries that are not ours, made by the C compiler. */
final class FakeLibrary
{
    /** Has every function of the header, and says it is of another version. */
    public static function ofAnotherVersion(): string
    {
        preg_match_all('/\b(tuleap_front_\w+)\(/', (string) file_get_contents(Files::header()), $matches);
        $functions = array_map(
            static fn (string $name): string
                => "int $name(void) { return " . ($name === 'tuleap_front_abi_version' ? 99 : 0) . '; }',
            array_unique($matches[1]),
        );
        return self::compile('another-version', implode("\n", $functions));
    }

    /** Has one function only. */
    public static function incomplete(): string
    {
        return self::compile('incomplete', 'int tuleap_front_abi_version(void) { return 1; }');
    }

    /** Is no library. */
    public static function text(): string
    {
        $file = Files::target('fake') . '/text.so';
        file_put_contents($file, "not a library\n");
        return $file;
    }

    private static function compile(string $name, string $source): string
    {
        $file = Files::target('fake') . "/$name";
        file_put_contents("$file.c", $source . "\n");
        $command = sprintf('cc -shared -fPIC -o %s %s 2>&1', escapeshellarg("$file.so"), escapeshellarg("$file.c"));
        exec($command, $output, $status);
        return $status === 0 ? "$file.so" : throw new \LogicException(implode("\n", $output));
    }
}
