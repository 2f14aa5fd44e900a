<?php
declare(strict_types=1);

/** Prints a line `name, version, nanoseconds a call`: the median of batches. */
function report(string $name, string $version, callable $call): void
{
    $batch = static function (int $count) use ($call): float {
        $start = hrtime(true);
        for ($index = 0; $index < $count; $index++) {
            $call();
        }
        return (hrtime(true) - $start) / $count;
    };
    $count = 1000;
    while ($batch($count) * $count < 10e6) {
        $count *= 2;
    }
    $batches = array_map(static fn (): float => $batch($count), range(1, 15));
    sort($batches);
    printf("%s\t%s\t%.1f\n", $name, $version, $batches[7]);
}

/** Arguments of every script here: the trusted network, the peer, the header, the client. */
[, $network, $peer, $value, $client] = $argv;
