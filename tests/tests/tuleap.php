<?php
// The rules of Tuleap's setting, written down once more from their description: the comparison of
// tests/differential_php.rs asks the language itself what its functions make of odd input.
//
// A line in: setting, peer, header, each in hexadecimal and "-" where it is absent.
// A line out: the answer in hexadecimal, or "!" where PHP refuses the question: ip2long() throws
// for a NUL byte in newer versions, where older ones read up to it.

declare(strict_types=0);

function bits(string $text): string
{
    return sprintf('%032b', ip2long($text));
}

function matches(string $peer, string $entry): bool
{
    if (! str_contains($entry, '/')) {
        return bits($peer) === bits($entry);
    }
    [$address, $mask] = explode('/', $entry, 2);
    if ($mask === '0') {
        return filter_var($address, FILTER_VALIDATE_IP, FILTER_FLAG_IPV4) !== false;
    }
    if ($mask < 0 || $mask > 32) {
        return false;
    }
    return substr_compare(bits($peer), bits($address), 0, (int) $mask) === 0;
}

function answer(string $setting, ?string $peer, ?string $header): string
{
    if ($peer !== null && $header !== null) {
        foreach (array_filter(array_map('trim', explode(',', $setting))) as $entry) {
            if (matches($peer, $entry)) {
                return $header;
            }
        }
    }
    return $peer ?? '';
}

while (($line = fgets(STDIN)) !== false) {
    $fields = array_map(
        static fn (string $field): ?string => $field === '-' ? null : hex2bin($field),
        explode(' ', rtrim($line, "\n"))
    );
    try {
        echo bin2hex(answer($fields[0], $fields[1], $fields[2])), "\n";
    } catch (\ValueError) {
        echo "!\n";
    }
}
