<?php
declare(strict_types=1);

use Symfony\Component\HttpFoundation\Request;

require __DIR__ . '/clock.php';
require 'Symfony/Component/HttpFoundation/autoload.php';

Request::setTrustedProxies([$network], Request::HEADER_X_FORWARDED_FOR);
$server = ['REMOTE_ADDR' => $peer, 'HTTP_X_FORWARDED_FOR' => $value];
$request = new Request(server: $server);
if ($request->getClientIp() !== $client) {
    throw new LogicException("Symfony answers {$request->getClientIp()}");
}

$package = exec("dpkg-query --show --showformat='\${Version}' php-symfony-http-foundation");
$version = explode('+', $package)[0] . ', PHP ' . PHP_VERSION;
report('Symfony, same request again', $version, static fn (): ?string => $request->getClientIp());
report(
    'Symfony, new request',
    $version,
    static fn (): ?string => (new Request(server: $server))->getClientIp()
);
