<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use PHPUnit\Framework\TestCase;
use TuleapFront\NginxHost;
use TuleapFront\NginxServers;
use TuleapFront\RequestHead;
use TuleapFront\RequestRefusal;
use TuleapFront\ResponseHead;
use TuleapFront\TuleapFrontException;

final class ServersTest extends TestCase
{
    private const GET = "GET /a//%62?c HTTP/1.1\r\nHost: A.example:80\r\nX_A: 1\r\nVia: x \r\n\r\nbody";

    private const SERVERS = 'server { server_name a.example; location / { proxy_set_header Host $host;'
        . ' proxy_pass http://127.0.0.1:8080; } location /svn/ { proxy_pass http://b/; } }'
        . ' server { server_name ~^b; }';

    public function testAHeadIsReadAsNginxDoes(): void
    {
        $head = RequestHead::parse(self::GET);
        self::assertSame(['GET', '/a/b', 'c', 'HTTP/1.1'], [
            $head->method,
            $head->target->uri,
            $head->target->args,
            $head->version,
        ]);
        self::assertSame(['a.example', 'A.example:80', 'body'], [$head->host, $head->httpHost, $head->rest]);
        self::assertSame([['Host', 'A.example:80'], ['Via', 'x']], $head->lines);
        self::assertSame(['x'], $head->headers()->values('via'));
        self::assertCount(3, RequestHead::parse(self::GET, names: 'underscores')->lines);
        self::assertCount(3, RequestHead::parse(self::GET, names: 'any')->lines);
        self::assertSame('/a//b', RequestHead::parse(self::GET, mergeSlashes: false)->target->uri);
        $old = RequestHead::parse("GET /\r\n");
        self::assertSame(['HTTP/0.9', null, null, []], [$old->version, $old->host, $old->httpHost, $old->lines]);
    }

    public function testWhatIsRefusedSaysWhy(): void
    {
        $refused = RequestHead::parse("GET / HTTP/1.1\r\n\r\n");
        self::assertInstanceOf(RequestRefusal::class, $refused);
        self::assertSame([400, 'head/no-host', 'no-host'], [$refused->status, $refused->code, $refused->reason()]);
        self::assertNotSame('', $refused->text);
        self::assertSame('host/dots', RequestHead::parse("GET / HTTP/1.1\r\nHost: a..b\r\n\r\n")->code);
        self::assertSame(405, RequestHead::parse("TRACE / HTTP/1.0\r\n\r\n")->status);
        $refused = ResponseHead::parse('<html>');
        self::assertSame([502, 'head/status-line'], [$refused->status, $refused->code]);
    }

    public function testTheHeadOfAResponse(): void
    {
        $head = ResponseHead::parse("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nX_A: 1\r\n\r\nrest");
        self::assertSame([304, 'rest'], [$head->status, $head->rest]);
        self::assertSame([['ETag', '"a"'], ['X_A', '1']], $head->lines);
        self::assertSame(['1'], $head->headers()->values('x_a'));
    }

    public function testAHostIsThatOfItsNginx(): void
    {
        self::assertSame('tuleap.example.com', (string) NginxHost::parse('Tuleap.Example.COM.:8443'));
        self::assertSame('a@b', NginxHost::parse('a@b', '1.22')->host);
        $refused = NginxHost::parse('a@b');
        self::assertSame([400, 'host/byte'], [$refused->status, $refused->code]);
    }

    public function testAServerIsChosenAndPassesTheRequestOn(): void
    {
        $servers = new NginxServers(self::SERVERS);
        $answer = $servers->answer(self::GET, '192.0.2.7', 'https');
        self::assertSame([0, 'a.example', 'servers/exact', 'a.example', '/'], [
            $answer->server,
            $answer->serverName,
            $answer->code,
            $answer->host,
            $answer->location,
        ]);
        self::assertSame(['http://127.0.0.1:8080', '/a//%62?c'], [$answer->backend, $answer->target]);
        self::assertContains(['Host', 'a.example'], $answer->lines);
        self::assertContains(['Via', 'x'], $answer->lines);
        $redirect = $servers->answer("GET /svn HTTP/1.1\r\nHost: a.example\r\n\r\n", 'unix:', 'http');
        self::assertSame(['/svn/', null, []], [$redirect->redirect, $redirect->backend, $redirect->lines]);
        $other = $servers->answer("GET / HTTP/1.1\r\nHost: b\r\n\r\n", 'unix:', 'http');
        self::assertSame([1, 'first-regex', null], [$other->server, $other->reason(), $other->location]);
        self::assertNotSame('', $other->text);
        $refused = $servers->answer("GET / HTTP/1.1\r\n\r\n", 'unix:', 'http');
        self::assertSame('head/no-host', $refused->code);
        self::assertEquals($refused, $servers->explain("GET / HTTP/1.1\r\n\r\n", 'unix:', 'http'));
        self::assertSame((string) $servers, (string) new NginxServers((string) $servers));
    }

    public function testAnExplanationIsForPeopleAndForPrograms(): void
    {
        $explanation = (new NginxServers(self::SERVERS))->explain(self::GET, '192.0.2.7', 'https');
        self::assertStringStartsWith('server 0 "a.example" (exact)', (string) $explanation);
        self::assertSame('http://127.0.0.1:8080', $explanation->jsonSerialize()['backend']);
    }

    /**
     * @param \Closure(): mixed $make
     *
     * @dataProvider wrong
     */
    public function testWhatHasNoMeaningIsRefused(string $code, \Closure $make): void
    {
        try {
            $make();
            self::fail('it is refused');
        } catch (TuleapFrontException $exception) {
            self::assertSame($code, $exception->errorCode);
            self::assertNotNull($exception->hint);
        }
    }

    /** @return iterable<string, array{string, \Closure(): mixed}> */
    public static function wrong(): iterable
    {
        $servers = static fn (): NginxServers => new NginxServers(self::SERVERS);
        yield 'rules' => ['abi/argument', static fn () => RequestHead::parse(self::GET, '1')];
        yield 'names' => ['abi/argument', static fn () => RequestHead::parse(self::GET, names: 'x')];
        yield 'rules of a host' => ['abi/argument', static fn () => NginxHost::parse('a', '1')];
        yield 'servers' => ['servers/directive', static fn () => new NginxServers('server { listen 80; }')];
        yield 'not UTF-8' => ['abi/not-utf8', static fn () => new NginxServers("\xff")];
        yield 'rules of servers' => ['abi/argument', static fn () => new NginxServers(self::SERVERS, '1')];
        yield 'address' => ['peer/not-an-address', static fn () => $servers()->answer(self::GET, 'x', 'http')];
        yield 'scheme' => ['abi/argument', static fn () => $servers()->answer(self::GET, '::1', 'ftp')];
        yield 'address to explain' => ['peer/not-an-address', static fn () => $servers()->explain('', 'x', 'http')];
    }
}
