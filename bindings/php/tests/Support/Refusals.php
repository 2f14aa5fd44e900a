<?php

declare(strict_types=1);

namespace TuleapFront\Tests\Support;

use TuleapFront\TuleapFrontException;

/** For tests of what is refused. */
trait Refusals
{
    private static function refusal(\Closure $call): TuleapFrontException
    {
        try {
            $call();
        } catch (TuleapFrontException $exception) {
            return $exception;
        }
        self::fail('nothing was refused');
    }

    private static function assertRefused(string $code, \Closure $call, ?int $entry = null): void
    {
        $exception = self::refusal($call);
        self::assertSame([$code, $entry], [$exception->errorCode, $exception->entry]);
        self::assertNotSame('', $exception->getMessage());
    }
}
