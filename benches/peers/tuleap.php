<?php
declare(strict_types=1);

/*
 * How Tuleap finds the client's address, written from a description of what it does; the recorded
 * rows below prove it.
 */

require __DIR__ . '/clock.php';

final class AddressExtractor
{
    public function __construct(private readonly string $trusted_proxies)
    {
    }

    public function extract(array $server): string
    {
        $peer = $server['REMOTE_ADDR'] ?? null;
        $entries = array_filter(array_map('trim', explode(',', $this->trusted_proxies)));
        if ($peer !== null && isset($server['HTTP_X_FORWARDED_FOR'])) {
            foreach ($entries as $entry) {
                if ($this->matches($peer, $entry)) {
                    return $server['HTTP_X_FORWARDED_FOR'];
                }
            }
        }
        return $peer ?? '';
    }

    private function matches(string $peer, string $entry): bool
    {
        if (! str_contains($entry, '/')) {
            return $this->bits($peer) === $this->bits($entry);
        }
        [$network, $mask] = explode('/', $entry, 2);
        if ($mask === '0') {
            return ip2long($network) !== false;
        }
        if ($mask < 0 || $mask > 32) {
            return false;
        }
        return strncmp($this->bits($peer), $this->bits($network), (int) $mask) === 0;
    }

    private function bits(string $address): string
    {
        return sprintf('%032b', ip2long($address));
    }
}

$recorded = file_get_contents(__DIR__ . '/../../tests/recorded/client-ip.json');
foreach (json_decode($recorded, true, flags: JSON_THROW_ON_ERROR)['cases'] as $row) {
    if ($row['group'] !== 'tuleap') {
        continue;
    }
    $server = array_filter(['REMOTE_ADDR' => $row['peer']], 'is_string');
    foreach ($row['headers'] as [$header, $text]) {
        $server['HTTP_' . strtoupper(strtr($header, '-', '_'))] = $text;
    }
    $answer = (new AddressExtractor($row['trusted_string']))->extract($server);
    if ($answer !== $row['expect']['compat']) {
        throw new LogicException("{$row['id']}: \"$answer\" is not what Tuleap answers");
    }
}

$extractor = new AddressExtractor($network);
$server = ['REMOTE_ADDR' => $peer, 'HTTP_X_FORWARDED_FOR' => $value];
report('Tuleap', 'PHP ' . PHP_VERSION, static fn (): string => $extractor->extract($server));
