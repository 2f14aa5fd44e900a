<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use TuleapFront\GzipFacts;
use TuleapFront\GzipPolicy;
use TuleapFront\Headers;
use TuleapFront\TuleapFrontException;

/** Rows about what is compressed. Texts stand for bytes, one code point each. */
final class GzipRows
{
    /** @param array<string, mixed> $row */
    public function answer(array $row): array
    {
        try {
            $policy = $this->policy($row);
        } catch (TuleapFrontException $exception) {
            return ['config_error' => [
                'code' => substr(strrchr($exception->errorCode, '/'), 1),
                'entry' => $exception->entry,
                'offset' => $exception->offset,
                'length' => $exception->length,
                'line' => $exception->textLine,
                'column' => $exception->textColumn,
                'hint' => $exception->hint,
            ]];
        }
        $facts = new GzipFacts(
            $row['scheme'],
            self::headers($row['request']),
            $row['status'],
            self::headers($row['response']),
            $row['now'],
            $row['method'],
            $row['version'],
            $row['length'],
        );
        $verdict = $policy->decide($facts);
        $explained = $policy->explain($facts)->jsonSerialize();
        $answer = [
            'compresses' => $verdict->compresses,
            'reason' => $verdict->reason(),
            'because' => $verdict->text,
            'varies' => $verdict->varies,
            'etag' => $verdict->etag,
            'removes' => $verdict->removes,
        ];
        $checks = array_column($explained['steps'], 'check');
        unset($explained['steps']);
        if ($explained !== $answer) {
            throw new \LogicException("{$row['id']}: two answers");
        }
        unset($answer['because']);
        $lines = array_map(static fn (array $line): array => array_map(self::text(...), $line), $policy->responseLines($facts));
        return $answer + ['checks' => $checks, 'lines' => $lines, 'directives' => (string) $policy];
    }

    /** @param array<string, mixed> $row */
    private function policy(array $row): GzipPolicy
    {
        [$expires, $rules] = [$row['expires'] ?? null, $row['rules']];
        return match ($row['policy'] ?? null) {
            null => GzipPolicy::parse($row['directives'], $expires, $rules),
            'documented' => GzipPolicy::documented('reverse-proxy', $expires, $rules),
            'recommended' => new GzipPolicy($expires, $rules, $row['secrets']),
            'tuleap' => GzipPolicy::tuleap($expires, $rules),
        };
    }

    /** @param list<array{string, string}> $lines */
    private static function headers(array $lines): Headers
    {
        $bytes = static fn (string $text): string => mb_convert_encoding($text, 'ISO-8859-1', 'UTF-8');
        return Headers::fromPairs(array_map(static fn (array $line): array => array_map($bytes, $line), $lines));
    }

    private static function text(string $bytes): string
    {
        return mb_convert_encoding($bytes, 'UTF-8', 'ISO-8859-1');
    }
}
