<?php

/**
 * Loads the package from the repository: the committed header, and the library that
 * `cargo xtask build c --prefix target/php/c` makes.
 */

declare(strict_types=1);

namespace TuleapFront\Tests;

use TuleapFront\Library;
use TuleapFront\Tests\Support\Files;

require dirname(__DIR__) . '/autoload.php';
require __DIR__ . '/autoload.php';

Library::useFiles(Files::header(), Files::library());
