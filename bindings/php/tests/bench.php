<?php

/**
 * What a call costs, in the form of benches/peers: `bench.php NETWORK PEER VALUE CLIENT` prints
 * lines of name, version and nanoseconds, each the median of batches or of requests.
 */

declare(strict_types=1);

namespace TuleapFront\Tests;

use TuleapFront\ClientIpResolver;
use TuleapFront\Tests\Support\Files;
use TuleapFront\Tests\Support\Fpm;

require __DIR__ . '/bootstrap.php';

[, $network, $peer, $value, $client] = $argv;
$server = ['REMOTE_ADDR' => $peer, 'HTTP_X_FORWARDED_FOR' => $value];
$headers = ['Host' => ['tuleap.example.com'], 'Accept' => ['*/*'], 'X-Forwarded-For' => [$value]];
$resolver = new ClientIpResolver($network);
foreach ([$resolver->fromServerParams($server), $resolver->resolve($peer, $headers)] as $answer) {
    if ($answer->addr !== $client) {
        throw new \LogicException("$answer is not $client");
    }
}
report('fromServerParams()', calls(static fn () => $resolver->fromServerParams($server)));
report('resolveValues()', calls(static fn () => $resolver->resolveValues($peer, $value)));
report('resolve(), 3 headers', calls(static fn () => $resolver->resolve($peer, $headers)));
$anew = static fn () => (new ClientIpResolver($network))->fromServerParams($server);
report('list, resolver and answer', calls($anew));

$header = Files::target('fpm') . '/bench.h';
$line = '#define FFI_LIB "' . realpath(Files::library()) . '"';
file_put_contents($header, preg_replace('/^#define FFI_LIB .*$/m', $line, file_get_contents(Files::header()), 1));
$ini = ['opcache.preload' => \dirname(__DIR__) . '/preload.php'];
$preloaded = new Fpm('bench', $ini + ['ffi.preload' => $header]);
report('php-fpm request, preloaded', requests($preloaded, $server));
$files = ['CALL_FILES' => Files::header() . '|' . Files::library()];
report('php-fpm request, header not preloaded', requests(new Fpm('bench-files', $ini), $server + $files));

function report(string $name, float $nanoseconds): void
{
    printf("tuleap-front %s\tPHP %s\t%.1f\n", $name, \PHP_VERSION, $nanoseconds);
}

/** The median of batches, each of a count that takes 10 ms. */
function calls(\Closure $call): float
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
    return median(array_map(static fn (): float => $batch($count), range(1, 15)));
}

/** What one worker measured in itself, from the first name of the package to the answer. */
function requests(Fpm $fpm, array $server): float
{
    $time = static function () use ($fpm, $server): float {
        $answer = $fpm->request(__DIR__ . '/fpm/time.php', $server);
        return json_decode($answer, true, 8, \JSON_THROW_ON_ERROR)['time'];
    };
    array_map($time, range(1, 200));
    return median(array_map($time, range(1, 1001)));
}

/** @param list<float> $times */
function median(array $times): float
{
    sort($times);
    return (float) $times[intdiv(\count($times), 2)];
}
