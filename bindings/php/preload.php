<?php

/**
 * For php.ini's opcache.preload, or for `require_once` in the file that stands there already:
 * php-fpm allows FFI to preloaded files alone. `vendor/bin/tuleap-front-php-ini` prints the lines.
 */

declare(strict_types=1);

foreach (['/src/Internal/*.php', '/src/*.php'] as $pattern) {
    foreach ((array) glob(__DIR__ . $pattern) as $file) {
        // The middleware needs interfaces that are not there yet; it calls no FFI itself.
        if (!str_ends_with($file, 'Middleware.php')) {
            opcache_compile_file($file);
        }
    }
}
