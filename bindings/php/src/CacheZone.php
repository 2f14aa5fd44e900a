<?php

declare(strict_types=1);

namespace TuleapFront;

use FFI;
use FFI\CData;
use TuleapFront\Internal\Handle;
use TuleapFront\Internal\Memory;
use TuleapFront\Internal\NotSerializable;
use TuleapFront\Internal\Status;
use TuleapFront\Internal\Text;

/**
 * A cache that holds what a policy stores, without bodies, files and clocks: what
 * `$upstream_cache_status` shows over many requests, and why. A request is asked about; where the
 * step has a ticket, the backend is to be asked, and the zone to be told what it answered.
 */
final readonly class CacheZone
{
    use NotSerializable;

    private Handle $handle;

    /** @throws LibraryException */
    public function __construct(CachePolicy $policy)
    {
        $ffi = Library::ffi();
        $pointer = Handle::of($policy);
        $this->handle = Status::handle(
            'tuleap_front_cache_zone_free',
            static fn (): ?CData => $ffi->tuleap_front_cache_zone_new($pointer),
        );
    }

    /**
     * Asks about a request.
     *
     * @param int $now Unix seconds: time()
     *
     * @throws TuleapFrontException for a version that is none
     */
    public function ask(CacheFacts $facts, int $now): CacheStep
    {
        $ffi = Library::ffi();
        [$struct, $memory] = Memory::cacheFacts($facts);
        return self::step($ffi->tuleap_front_cache_zone_ask($this->handle->pointer, FFI::addr($struct), $now))
            ?? throw Text::argument('version must be one such as HTTP/1.1');
    }

    /** Tells what the backend answered; null for a ticket that is not known. */
    public function answer(int $ticket, CacheAnswer $answer, int $now): ?CacheStep
    {
        $ffi = Library::ffi();
        [$struct, $memory] = Memory::cacheAnswer($answer);
        return self::step($ffi->tuleap_front_cache_zone_answer(
            $this->handle->pointer,
            $ticket,
            FFI::addr($struct),
            $now,
        ));
    }

    /**
     * Tells that the backend did not answer; null for a ticket that is not known.
     *
     * @param string $failure "error", "invalid-header" or "timeout"
     *
     * @throws TuleapFrontException for another failure
     */
    public function fail(int $ticket, string $failure, int $now): ?CacheStep
    {
        $ffi = Library::ffi();
        $number = match ($failure) {
            'error' => $ffi->TULEAP_FRONT_UPSTREAM_FAILURE_ERROR,
            'invalid-header' => $ffi->TULEAP_FRONT_UPSTREAM_FAILURE_INVALID_HEADER,
            'timeout' => $ffi->TULEAP_FRONT_UPSTREAM_FAILURE_TIMEOUT,
            default => throw Text::argument('failure must be error, invalid-header or timeout'),
        };
        return self::step($ffi->tuleap_front_cache_zone_fail($this->handle->pointer, $ticket, $number, $now));
    }

    private static function step(?CData $step): ?CacheStep
    {
        return $step === null ? null : new CacheStep(new Handle($step, 'tuleap_front_cache_step_free'));
    }
}
