<?php

/** Loads the classes of the tests. */

declare(strict_types=1);

spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'TuleapFront\\Tests\\')) {
        $file = __DIR__ . '/' . strtr(substr($class, 18), '\\', '/') . '.php';
        if (is_file($file)) {
            require $file;
        }
    }
});
