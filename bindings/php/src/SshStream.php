<?php

declare(strict_types=1);

namespace TuleapFront;

use FFI;
use FFI\CData;
use TuleapFront\Internal\Status;

/** The numbers of the proxy for ssh, which is nginx's `stream` and no HTTP. Times are seconds. */
final readonly class SshStream
{
    /**
     * @internal
     *
     * @param int $listen the port of the front
     * @param int $maxFails max_fails
     * @param float $failTimeout fail_timeout
     * @param float $connectTimeout proxy_connect_timeout
     * @param float $timeout proxy_timeout: silence after which a connection is closed
     */
    public function __construct(
        public int $listen,
        public int $maxFails,
        public float $failTimeout,
        public float $connectTimeout,
        public float $timeout,
    ) {
    }

    /** The numbers of Tuleap's deployment guide. */
    public static function documented(): self
    {
        $ffi = Library::ffi();
        return self::read(static fn (CData $out): int => $ffi->tuleap_front_ssh_stream_documented($out));
    }

    /** The guide's numbers with an hour of silence. */
    public static function recommended(): self
    {
        $ffi = Library::ffi();
        return self::read(static fn (CData $out): int => $ffi->tuleap_front_ssh_stream_recommended($out));
    }

    /** @param \Closure(CData): int $ask */
    private static function read(\Closure $ask): self
    {
        $numbers = Library::ffi()->new('tuleap_front_ssh_stream');
        Status::check($ask(FFI::addr($numbers)));
        return new self(
            $numbers->listen,
            $numbers->max_fails,
            $numbers->fail_timeout / 1000,
            $numbers->connect_timeout / 1000,
            $numbers->timeout / 1000,
        );
    }
}
