<?php

declare(strict_types=1);

namespace TuleapFront\Tests\Support;

/** The recorded rows as questions, and how an answer is held against a row: as tests/src does. */
final class Corpus
{
    /** The fields of nginx rows that this package answers for. */
    private const NGINX = [
        'realip_remote_addr',
        'remote_addr',
        'rewritten',
        'x_forwarded_for',
        'x_forwarded_proto',
        'x_real_ip',
    ];

    /** What a row leaves out although every answer has it. */
    private const DEFAULTS = ['client_port' => null, 'notes' => []];

    /**
     * Recorded rows, and the vectors which have their form.
     *
     * @return array<string, array{array<string, mixed>, array<string, mixed>}> question and expectation
     */
    public static function clientIp(): array
    {
        $cases = [];
        $files = array_map(Files::json(...), ['tests/recorded/client-ip.json', 'tests/vectors/client-ip.json']);
        foreach (array_merge(...array_column($files, 'cases')) as $row) {
            $expected = $row['expect'];
            unset($row['expect']);
            foreach ($row['headers'] as &$line) {
                $line[1] = \is_array($line[1]) ? self::text($line[1]) : $line[1];
            }
            $cases[$row['id']] = [['kind' => 'client-ip'] + $row, $expected];
        }
        return $cases;
    }

    /** @return array<string, array{array<string, mixed>, array<string, mixed>}> */
    public static function realip(): array
    {
        $cases = [];
        foreach (Files::json('tests/recorded/nginx-realip.json') as $row) {
            $question = ['kind' => 'nginx-realip', 'input' => $row['input']];
            $cases["$row[name] (1.22)"] = [$question + ['rules' => '1.22'], $row['expect']];
            $current = $row['expect_1_31_5'] ?? $row['expect'];
            $cases["$row[name] (current)"] = [$question + ['rules' => 'current'], $current];
        }
        return $cases;
    }

    /** @return array<string, array{array<string, mixed>, array<string, mixed>}> */
    public static function forwarded(): array
    {
        $cases = [];
        foreach (Files::json('tests/recorded/nginx-forwarded.json') as $row) {
            $cases[$row['name']] = [['kind' => 'nginx-forwarded', 'input' => $row['input']], $row['expect']];
        }
        return $cases;
    }

    /**
     * The part of an answer that a row of client-ip speaks of, and what the row expects there.
     *
     * @return array{array<string, mixed>, array<string, mixed>}
     */
    public static function client(array $expected, array $answer, bool $isWhole = true): array
    {
        if (isset($expected['strict'])) {
            $strict = self::client($expected['strict'], $answer['strict'], false);
            return [
                ['strict' => $strict[0]] + $expected,
                ['strict' => $strict[1]] + $answer,
            ];
        }
        if (isset($expected['config_error'])) {
            $hint = $answer['config_error']['hint'] ?? '';
            $error = array_intersect_key($answer['config_error'] ?? [], $expected['config_error']);
            unset($expected['config_error']['hint'], $error['hint']);
            ksort($expected['config_error']);
            ksort($error);
            return [[$expected['config_error'], true], [$error, $hint !== '']];
        }
        $expected += self::DEFAULTS + ($isWhole ? ['config_warnings' => []] : []);
        ksort($expected);
        ksort($answer);
        return [$expected, array_intersect_key($answer, $expected)];
    }

    /**
     * The same for a row of nginx.
     *
     * @return array{array<string, mixed>, array<string, mixed>}
     */
    public static function nginx(array $expected, array $answer): array
    {
        $expected = array_intersect_key($expected, array_flip(self::NGINX));
        ksort($expected);
        ksort($answer);
        return [$expected, array_intersect_key($answer, $expected)];
    }

    /** @param list<string|array{repeat: string, times: int}> $pieces */
    private static function text(array $pieces): string
    {
        $write = static fn (string|array $piece): string
            => \is_string($piece) ? $piece : str_repeat($piece['repeat'], $piece['times']);
        return implode('', array_map($write, $pieces));
    }
}
