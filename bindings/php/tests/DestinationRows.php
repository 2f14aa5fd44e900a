<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use TuleapFront\DestinationFacts;
use TuleapFront\DestinationRule;
use TuleapFront\Headers;
use TuleapFront\NginxDestination;

/** Recorded rows about `Destination`, `If` and `Location`. */
final class DestinationRows
{
    /** @param array<string, mixed> $row */
    public function answer(array $row): array
    {
        $rule = $this->rule($row);
        $facts = new DestinationFacts(
            $row['method'],
            $row['client_host'] ?? null,
            $row['forwarded_host'] ?? '',
            $row['client_scheme'] ?? 'https',
        );
        if ($row['header'] !== 'Destination') {
            return $this->place($rule, $facts, $row);
        }
        $isOneValue = !\is_array($row['input'] ?? null);
        $lines = $isOneValue ? [$this->oneValue($row)] : $row['input'];
        $headers = Headers::fromPairs(array_map(static fn (string $line): array => ['destination', $line], $lines));
        $byLines = $rule->rewriteLines($facts, $lines);
        $rewrite = $isOneValue ? $rule->rewriteValue($facts, $lines[0]) : $byLines;
        $explanation = $rule->explain($facts, $headers);
        // An empty value is one thing and an empty line another.
        $isSame = $rewrite == $byLines || $byLines->action === 'remove';
        if (!$isSame || $rule->rewrite($facts, $headers) != $byLines || $explanation->action !== $byLines->action) {
            throw new \LogicException("{$row['name']}: not the same answer in every way");
        }
        return [
            'action' => $rewrite->action,
            'value_hex' => $rewrite->value === null ? null : bin2hex($rewrite->value),
            'status' => $rewrite->status,
            'reason' => $rewrite->reason,
            'cause' => $explanation->cause,
        ];
    }

    /** @param array<string, mixed> $input */
    public function nginx(array $input, string $rules): array
    {
        $lines = $input['destination_headers'];
        foreach ($input['other_headers'] as [$name, $value]) {
            if (strcasecmp($name, 'Destination') === 0) {
                $lines[] = $value;
            }
        }
        if ($input['rule'] === 'none') {
            return ['destination' => $lines];
        }
        $bytes = static fn (string $text): string => mb_convert_encoding($text, 'ISO-8859-1', 'UTF-8');
        $nginx = new NginxDestination($input['rule'] === 'pass' ? 'distributed' : 'reverse-proxy', $rules);
        $sent = $nginx->sent($bytes($input['target']), array_map($bytes, $lines));
        return ['destination' => $sent === null ? [] : [mb_convert_encoding($sent, 'UTF-8', 'ISO-8859-1')]];
    }

    /** A header that names a place and is never refused. */
    private function place(DestinationRule $rule, DestinationFacts $facts, array $row): array
    {
        $value = $this->oneValue($row);
        $isIf = $row['header'] === 'If';
        $rewritten = $isIf ? $rule->rewriteIf($facts, $value) : $rule->rewriteLocation($facts, $value);
        $explanation = $isIf ? $rule->explainIf($facts, $value) : $rule->explainLocation($facts, $value);
        $action = $rewritten === null ? 'unchanged' : 'rewrite';
        if ($explanation->action !== $action) {
            throw new \LogicException("{$row['name']}: the explanation is of another answer");
        }
        return [
            'action' => $action,
            'value_hex' => $rewritten === null ? null : bin2hex($rewritten),
            'status' => null,
            'reason' => null,
            'cause' => $explanation->cause,
        ];
    }

    /** @param array<string, mixed> $row */
    private function rule(array $row): DestinationRule
    {
        return $row['mode'] === 'compat' ? DestinationRule::documented() : new DestinationRule(
            [$row['public_origin'], ...$row['aliases'] ?? []],
            $row['backend_origin'],
            $row['foreign'] ?? 'reject',
            ($row['promote_path_absolute'] ?? false) ? 'promote' : 'keep',
        );
    }

    /** @param array<string, mixed> $row */
    private function oneValue(array $row): string
    {
        return isset($row['input_hex']) ? hex2bin($row['input_hex']) : $row['input'];
    }
}
