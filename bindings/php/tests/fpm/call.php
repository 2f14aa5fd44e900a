<?php

/**
 * A script behind php-fpm: loads the package, asks for the client of its own request and prints
 * the answer or the fault. CALL_FILES, if it is set, names header and library; CALL_PANIC makes a
 * library that was built for it panic.
 */

declare(strict_types=1);

require_once dirname(__DIR__, 2) . '/autoload.php';

use TuleapFront\ClientIpResolver;
use TuleapFront\Library;
use TuleapFront\LibraryException;
use TuleapFront\PanicException;

$preloaded = opcache_get_status()['preload_statistics']['classes'] ?? [];
$status = (string) file_get_contents('/proc/self/statm');
$answer = [
    'pid' => getmypid(),
    'preloaded' => in_array(Library::class, $preloaded, true),
    // Resident, in bytes, for pages of 4 kB.
    'size' => 4096 * (int) explode(' ', $status)[1],
];
try {
    if (isset($_SERVER['CALL_FILES'])) {
        Library::useFiles(...explode('|', $_SERVER['CALL_FILES']));
    }
    $resolver = new ClientIpResolver($_SERVER['CALL_TRUSTED'] ?? '127.0.0.1');
    if (isset($_SERVER['CALL_PANIC'])) {
        putenv('TULEAP_FRONT_PANIC_TEST=1');
    }
    $answer += get_object_vars($resolver->fromServerParams($_SERVER));
} catch (LibraryException | PanicException $exception) {
    $answer += ['code' => $exception->errorCode, 'message' => $exception->getMessage()];
} finally {
    putenv('TULEAP_FRONT_PANIC_TEST');
}
echo json_encode($answer, JSON_THROW_ON_ERROR);
