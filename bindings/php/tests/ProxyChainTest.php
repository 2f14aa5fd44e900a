<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use PHPUnit\Framework\TestCase;
use TuleapFront\ProxyChain;
use TuleapFront\TuleapFrontException;

final class ProxyChainTest extends TestCase
{
    public function testALoopSaysWhoIsToBlameAndWhatToWrite(): void
    {
        $chain = new ProxyChain('lb: https; nginx: http, redirects');
        self::assertSame(['loop', 'unreachable'], [$chain->verdict('https'), $chain->verdict('http')]);
        $explanation = $chain->explain();
        self::assertFalse($explanation->isSound);
        self::assertSame('lb', $explanation->https['tls_ends_at']);
        self::assertSame('unreachable', $explanation->http['verdict']);
        self::assertStringStartsWith('TLS ends at lb; nginx believes http', $explanation->https['text']);
        self::assertStringContainsString($explanation->https['causes'][0]['advice'], (string) $explanation);
        self::assertSame($explanation->corrected, (string) $chain->corrected());
        self::assertSame('served', $chain->corrected()->verdict('https'));
        self::assertFalse($explanation->jsonSerialize()['is_sound']);
    }

    public function testAChainThatIsRightStaysAsItIs(): void
    {
        $chain = new ProxyChain("nginx: http and https, redirects\ntuleap: http");
        self::assertSame(['served', 'redirected-once'], [$chain->verdict('https'), $chain->verdict('http')]);
        self::assertSame('nginx: http and https, redirects; tuleap: http', (string) $chain);
        self::assertEquals($chain->explain()->corrected, null);
        self::assertSame((string) $chain, (string) $chain->corrected());
    }

    public function testAChainThatCannotBeReadSaysWhere(): void
    {
        try {
            new ProxyChain('lb: https; nginx: htp');
            self::fail('it is refused');
        } catch (TuleapFrontException $exception) {
            self::assertStringStartsWith('proxy-chain/', $exception->errorCode);
            self::assertSame([1, 1], [$exception->entry, $exception->textLine]);
            self::assertNotNull($exception->hint);
        }
        $this->expectException(TuleapFrontException::class);
        (new ProxyChain('a: http'))->verdict('ftp');
    }
}
