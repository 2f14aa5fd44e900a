<?php

declare(strict_types=1);

namespace TuleapFront\Tests\Support;

/** PHP in another process. */
final class Php
{
    /**
     * Runs code that prints JSON.
     *
     * @param list<string> $options of the php program
     */
    public static function json(array $options, string $code, array $environment = []): mixed
    {
        [$status, $output] = self::run([...$options, '-r', $code], $environment);
        $value = json_decode($output, true);
        return $status === 0 && $value !== null
            ? $value
            : throw new \LogicException("php ended with $status and printed\n$output");
    }

    /**
     * @param list<string> $arguments
     *
     * @return array{int, string} the exit status and what was printed
     */
    public static function run(array $arguments, array $environment = []): array
    {
        $streams = [['file', '/dev/null', 'r'], ['pipe', 'w'], ['redirect', 1]];
        $process = proc_open([\PHP_BINARY, ...$arguments], $streams, $pipes, null, $environment + getenv());
        $output = (string) stream_get_contents($pipes[1]);
        return [proc_close($process), $output];
    }

    /** Code that loads the package with these files and prints what it says, or the fault. */
    public static function firstCall(string $header, string $library): string
    {
        return sprintf(
            'require %s; try { TuleapFront\Library::useFiles(%s, %s); '
                . 'echo json_encode(["version" => TuleapFront\Library::version()]); } '
                . 'catch (TuleapFront\LibraryException $e) { '
                . 'echo json_encode(["code" => $e->errorCode, "message" => $e->getMessage(), "hint" => $e->hint]); }',
            var_export(\dirname(__DIR__, 2) . '/autoload.php', true),
            var_export($header, true),
            var_export($library, true),
        );
    }
}
