<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use PHPUnit\Framework\TestCase;
use Psr\Log\AbstractLogger;
use TuleapFront\ClientIp;
use TuleapFront\ClientIpResolver;
use TuleapFront\ShadowLog;
use TuleapFront\ShadowLogger;
use TuleapFront\Tests\Support\Files;
use TuleapFront\Tests\Support\Refusals;

final class ShadowLogTest extends TestCase
{
    use Refusals;

    private const LINE = 'tuleap_front shadow client_ip: '
        . 'ours 203.0.113.9 (forwarded, client-ip/first-untrusted), theirs 127.0.0.1, peer 127.0.0.1';

    /** @dataProvider vectors */
    public function testAVectorHolds(array $options, array $requests): void
    {
        $log = new ShadowLog($options['mask'] ?? false, $options['lines_per_minute'] ?? 60);
        foreach ($requests as $request) {
            $line = $log->clientIp(
                self::client(...$request['ours']),
                $request['peer'],
                mb_convert_encoding($request['theirs'], 'ISO-8859-1', 'UTF-8'),
                $request['now'],
            );
            self::assertSame($request['line'], $line);
        }
    }

    public static function vectors(): array
    {
        $cases = Files::json('tests/vectors/shadow-log.json')['cases'];
        return array_column(
            array_map(static fn (array $case): array => [$case['id'], [$case['options'], $case['requests']]], $cases),
            1,
            0,
        );
    }

    public function testTheClockIsNowUnlessItIsTold(): void
    {
        $log = new ShadowLog(linesPerMinute: 1);
        $client = self::client('forwarded', '203.0.113.9', 'first-untrusted');
        self::assertSame(self::LINE, $log->clientIp($client, '127.0.0.1', '127.0.0.1'));
        self::assertNull($log->clientIp($client, '127.0.0.1', '127.0.0.1', time()));
        self::assertSame(
            self::LINE . ' (1 more were not logged)',
            $log->clientIp($client, '127.0.0.1', '127.0.0.1', time() + 120),
        );
    }

    public function testWhatHasNoMeaningIsRefused(): void
    {
        foreach ([0, -1, 0x1_0000_0000] as $lines) {
            self::assertRefused('abi/argument', static fn () => new ShadowLog(linesPerMinute: $lines));
        }
        $log = new ShadowLog();
        $strange = [
            self::client('sure', '203.0.113.9', 'first-untrusted'),
            self::client('forwarded', 'localhost', 'first-untrusted'),
            self::client('forwarded', '203.0.113.9', 'because'),
            self::client('forwarded', '203.0.113.9', 'other'),
        ];
        foreach ($strange as $client) {
            self::assertRefused('abi/argument', static fn () => $log->clientIp($client, null, '', 0));
        }
    }

    public function testTheLoggerSaysWhereTheAnswersDiffer(): void
    {
        $logger = self::logger();
        $shadow = new ShadowLogger($logger, new ClientIpResolver('127.0.0.1'), new ShadowLog());
        $server = ['REMOTE_ADDR' => '127.0.0.1', 'HTTP_X_FORWARDED_FOR' => '6.6.6.6, 203.0.113.9'];
        $shadow->compare($server, '203.0.113.9');
        self::assertSame([], $logger->lines);
        $shadow->compare($server, '127.0.0.1');
        self::assertSame([['notice', self::LINE, []]], $logger->lines);
    }

    public function testARequestWithoutAPeer(): void
    {
        $logger = self::logger();
        $shadow = new ShadowLogger($logger, new ClientIpResolver('127.0.0.1'), new ShadowLog());
        $shadow->compare([], '');
        self::assertSame([], $logger->lines);
        $shadow->compare([], '6.6.6.6');
        self::assertStringEndsWith('ours - (none, client-ip/peer-unknown), theirs 6.6.6.6, peer -', $logger->lines[0][1]);
    }

    private static function client(string $kind, ?string $address, string $reason): ClientIp
    {
        $isCertain = \in_array($kind, ['direct', 'forwarded'], true);
        return new ClientIp($isCertain ? $address : null, $address, null, $kind, $reason, 0);
    }

    private static function logger(): AbstractLogger
    {
        return new class () extends AbstractLogger {
            public array $lines = [];

            public function log($level, $message, array $context = []): void
            {
                $this->lines[] = [$level, $message, $context];
            }
        };
    }
}
