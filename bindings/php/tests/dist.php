<?php

/**
 * Installs target/dist/tuleap-front-php-VERSION.zip into an empty Composer project, without a
 * network, and runs the example of its README there: on the command line, behind php-fpm without
 * a setting, and behind php-fpm with the lines that the package prints.
 */

declare(strict_types=1);

namespace TuleapFront\Tests;

use TuleapFront\Tests\Support\Files;
use TuleapFront\Tests\Support\Fpm;

require __DIR__ . '/autoload.php';

$project = Files::target('dist') . '/project';
run('rm', '-rf', $project);
mkdir($project);
file_put_contents("$project/composer.json", json_encode([
    'require' => ['tuleap-front/tuleap-front' => '*'],
    'repositories' => [
        ['type' => 'artifact', 'url' => Files::root() . '/target/dist'],
        ['packagist' => false],
    ],
], JSON_THROW_ON_ERROR));
putenv('COMPOSER_ALLOW_SUPERUSER=1');
putenv('COMPOSER_DISABLE_NETWORK=1');
putenv('COMPOSER_HOME=' . Files::target('composer'));
run('composer', 'install', '--quiet', '--no-interaction', '--working-dir', $project);

copy(Files::root() . '/examples/php/first.php', "$project/first.php");
run(PHP_BINARY, '-d', 'zend.assertions=1', '-d', 'assert.exception=1', "$project/first.php");
file_put_contents("$project/served.php", <<<'PHP'
    <?php
    try {
        require 'first.php';
        echo $client->addr;
    } catch (TuleapFront\LibraryException $exception) {
        echo $exception->errorCode;
    }
    PHP);
expect('library/not-preloaded', (new Fpm('dist-bare', []))->request("$project/served.php"));
$lines = run("$project/vendor/bin/tuleap-front-php-ini", '--user', 'root');
$settings = parse_ini_string($lines, false, INI_SCANNER_RAW);
if (posix_geteuid() !== 0) {
    unset($settings['opcache.preload_user']);
}
expect('203.0.113.9', (new Fpm('dist', $settings))->request("$project/served.php"));
echo "installed and asked: command line, php-fpm without and with preloading\n";

function run(string ...$command): string
{
    exec(implode(' ', array_map(escapeshellarg(...), $command)) . ' 2>&1', $output, $status);
    $text = implode("\n", $output);
    return $status === 0 ? $text : throw new \LogicException(implode(' ', $command) . " ended with $status\n$text");
}

function expect(string $expected, string $got): void
{
    if ($got !== $expected) {
        throw new \LogicException("expected $expected, got $got");
    }
}
