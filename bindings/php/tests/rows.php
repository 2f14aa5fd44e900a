<?php

/**
 * Answers recorded rows through the public names of this package: a JSON line in, a JSON line out,
 * as tests/src/surface/external.rs asks.
 */

declare(strict_types=1);

namespace TuleapFront\Tests;

require_once __DIR__ . '/bootstrap.php';

$rows = new Rows();
while (($line = fgets(STDIN)) !== false) {
    $answer = $rows->answer(json_decode($line, true, 64, \JSON_THROW_ON_ERROR));
    echo json_encode($answer, \JSON_THROW_ON_ERROR | \JSON_UNESCAPED_SLASHES | \JSON_UNESCAPED_UNICODE), "\n";
}
