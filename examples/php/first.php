<?php

require __DIR__ . '/vendor/autoload.php';

use TuleapFront\ClientIpResolver;

$resolver = new ClientIpResolver('127.0.0.1, 192.168.0.0/24'); // or sys_trusted_proxies
$server = ['REMOTE_ADDR' => '127.0.0.1', 'HTTP_X_FORWARDED_FOR' => '6.6.6.6, 203.0.113.9'];
$client = $resolver->fromServerParams($server); // or $_SERVER
assert($client->addr === '203.0.113.9');
