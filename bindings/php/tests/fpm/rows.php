<?php

/** Answers recorded rows behind php-fpm: JSON lines in the body, JSON lines out. */

declare(strict_types=1);

require_once dirname(__DIR__, 2) . '/autoload.php';
require_once dirname(__DIR__) . '/autoload.php';

$rows = new TuleapFront\Tests\Rows();
foreach (explode("\n", (string) file_get_contents('php://input')) as $line) {
    $answer = $rows->answer(json_decode($line, true, 64, JSON_THROW_ON_ERROR));
    echo json_encode($answer, JSON_THROW_ON_ERROR), "\n";
}
