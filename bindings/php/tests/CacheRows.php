<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use TuleapFront\CacheAnswer;
use TuleapFront\CacheFacts;
use TuleapFront\CachePolicy;
use TuleapFront\CacheStep;
use TuleapFront\CacheZone;
use TuleapFront\Headers;
use TuleapFront\TuleapFrontException;

/** Rows about what is cached. Texts stand for bytes, one code point each. */
final class CacheRows
{
    private CachePolicy $policy;

    /** @param array<string, mixed> $row */
    public function answer(array $row): array
    {
        try {
            $this->policy = match ($row['policy'] ?? null) {
                null => CachePolicy::parse($row['directives'], $row['rules']),
                'recommended' => new CachePolicy($row['rules']),
                default => CachePolicy::documented($row['policy'], $row['rules']),
            };
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
        return ['directives' => (string) $this->policy, 'steps' => $this->steps($row)];
    }

    /** @param array<string, mixed> $row */
    private function steps(array $row): array
    {
        $zone = new CacheZone($this->policy);
        [$steps, $explanations, $open, $asked] = [[], [], [], 0];
        foreach ($row['requests'] as $at => $request) {
            $facts = self::facts($row['scheme'], $request);
            $steps[$at] = $zone->ask($facts, $request['now']);
            $explanations[$at] = $this->explained($facts);
            if ($steps[$at]->ticket !== null) {
                $open[] = [$at, $steps[$at]->ticket, $request['answered_after'] ?? $at];
            }
            [$due, $open] = [
                array_filter($open, static fn (array $one): bool => $one[2] <= $at),
                array_filter($open, static fn (array $one): bool => $one[2] > $at),
            ];
            foreach ($due as [$of, $ticket]) {
                $reply = $row['answers'][min($asked++, \count($row['answers']) - 1)];
                if (isset($reply['failure'])) {
                    $end = $zone->fail($ticket, $reply['failure'], $request['now']);
                } else {
                    $answer = new CacheAnswer($reply['status'], self::headers($reply['headers']), $reply['cut']);
                    $facts = self::facts($row['scheme'], $row['requests'][$of]);
                    $explanations[$of] = $this->explained($facts, $answer, $request['now']);
                    $end = $zone->answer($ticket, $answer, $request['now']);
                }
                // What is refreshed behind a client's back is not the client's answer.
                $steps[$of] = $steps[$of]->status === null ? $end : $steps[$of];
            }
        }
        return array_map(self::step(...), $steps, $explanations);
    }

    /** The explanation as data, which every other way to ask agrees with. */
    private function explained(CacheFacts $facts, ?CacheAnswer $answer = null, int $now = 0): array
    {
        $explained = $this->policy->explain($facts, $answer, $now)->jsonSerialize();
        $lookup = $this->policy->lookUp($facts);
        $key = $lookup->action === 'skip' ? null : $this->policy->key($facts);
        $same = [
            'look_up' => $lookup->action === 'look-up',
            'look_up_reason' => $lookup->reason(),
            'md5' => $key?->md5(),
        ];
        if ($answer !== null) {
            $store = $this->policy->store($facts, $answer, $now);
            $this->policy->responseLines($facts, $answer, $now);
            $same += [
                'stored' => $store->isStored,
                'reason' => $store->reason(),
                'because' => $store->text,
                'lifetime' => $store->lifetime,
                'valid_until' => $store->validUntil,
                'kept_for' => $store->keptFor,
                'stale_while_revalidate' => $store->isStored ? $store->staleWhileRevalidate : null,
                'stale_if_error' => $store->isStored ? $store->staleIfError : null,
                'variant_md5' => $store->variantMd5,
            ];
        }
        if (array_intersect_key($explained, $same) != $same) {
            throw new \LogicException("$facts->target: two answers");
        }
        return $explained;
    }

    /** @param array<string, mixed> $explanation */
    private static function step(CacheStep $step, array $explanation): array
    {
        $data = $step->jsonSerialize();
        $same = [
            'ticket' => $step->ticket,
            'status' => $step->status,
            'cache_status' => $step->cacheStatus,
            'shown_status' => $step->shownStatus,
            'reason' => $step->reason(),
            'in_location' => $step->inLocation,
            'stores' => $step->stores,
            'stored' => $step->stored,
            'lifetime' => $step->lifetime,
            'valid_until' => $step->validUntil,
            'stale_while_revalidate' => $step->staleWhileRevalidate,
            'stale_if_error' => $step->staleIfError,
            'key' => self::text($step->key),
            'path' => $step->path,
            'vary' => self::text($step->vary),
            'headers' => self::lines($step->lines),
            'upstream' => $step->upstreamMethod === null ? null : [
                'method' => self::text($step->upstreamMethod),
                'target' => self::text($step->upstreamTarget),
                'headers' => self::lines($step->upstreamLines),
            ],
        ];
        if (array_intersect_key($data, $same) != $same) {
            throw new \LogicException("$step->key: two answers");
        }
        return $data + ['explanation' => $explanation];
    }

    /** @param array<string, mixed> $request */
    private static function facts(string $scheme, array $request): CacheFacts
    {
        return new CacheFacts(
            $scheme,
            self::bytes($request['method']),
            self::bytes($request['host']),
            self::bytes($request['target']),
            self::headers($request['headers']),
            self::bytes($request['version']),
        );
    }

    /** @param list<array{string, string}> $lines */
    private static function headers(array $lines): Headers
    {
        return Headers::fromPairs(array_map(
            static fn (array $line): array => array_map(self::bytes(...), $line),
            $lines,
        ));
    }

    /** @param list<array{string, string}> $lines */
    private static function lines(array $lines): array
    {
        return array_map(static fn (array $line): array => array_map(self::text(...), $line), $lines);
    }

    private static function bytes(string $text): string
    {
        return mb_convert_encoding($text, 'ISO-8859-1', 'UTF-8');
    }

    private static function text(?string $bytes): ?string
    {
        return $bytes === null ? null : mb_convert_encoding($bytes, 'UTF-8', 'ISO-8859-1');
    }
}
