<?php

require __DIR__ . '/vendor/autoload.php';

use TuleapFront\DestinationFacts;
use TuleapFront\DestinationRule;
use TuleapFront\HttpsRedirect;

$rule = new DestinationRule('https://tuleap.example.com', 'http://127.0.0.1:8080');
$facts = new DestinationFacts('COPY', 'tuleap.example.com'); // or fromServerParams($_SERVER)
$rewrite = $rule->rewriteValue($facts, 'https://tuleap.example.com/svn/a%20b');
assert($rewrite->value === 'http://127.0.0.1:8080/svn/a%20b');
$foreign = $rule->rewriteValue($facts, 'https://other.example/svn/a');
assert([$foreign->status, $foreign->code()] === [502, 'destination/foreign-origin']);

$redirect = new HttpsRedirect('tuleap.example.com');
$answer = $redirect->decide('http', 'POST', '/a%20b?c');
assert($answer->location === 'https://tuleap.example.com/a%20b?c' && $answer->status === 308);
