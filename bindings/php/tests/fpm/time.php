<?php

/**
 * How long a request takes from the first name of the package to the answer, in nanoseconds.
 * CALL_FILES, if it is set, names header and library.
 */

declare(strict_types=1);

require_once dirname(__DIR__, 2) . '/autoload.php';

$start = hrtime(true);
if (isset($_SERVER['CALL_FILES'])) {
    TuleapFront\Library::useFiles(...explode('|', $_SERVER['CALL_FILES']));
}
$resolver = new TuleapFront\ClientIpResolver('127.0.0.1, 10.0.0.0/8, 192.168.0.0/24');
$client = $resolver->fromServerParams($_SERVER);
$time = hrtime(true) - $start;
echo json_encode(['addr' => $client->addr, 'time' => $time], JSON_THROW_ON_ERROR);
