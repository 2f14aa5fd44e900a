<?php

declare(strict_types=1);

namespace TuleapFront;

use FFI;
use FFI\CData;
use TuleapFront\Internal\Handle;
use TuleapFront\Internal\NotSerializable;
use TuleapFront\Internal\Room;
use TuleapFront\Internal\Status;
use TuleapFront\Internal\Text;

/**
 * What a program logs that runs this package beside its own rules: one line where the address it
 * uses is not the one it would use if our answer counted. Nothing else changes. The modules for
 * nginx and Apache write the same lines.
 *
 * The limit counts in this object: under php-fpm that is one request, so there it is the logger
 * or the log's own rotation that keeps the log short.
 */
final readonly class ShadowLog
{
    use NotSerializable;

    private const MAX_LINES = 0xffff_ffff;

    private Handle $handle;

    /**
     * @param bool $mask shows the first 24 bits of IPv4 addresses and the first 48 of IPv6
     *     addresses only
     * @param int $linesPerMinute lines in one minute of the clock at most; those above are counted
     *
     * @throws TuleapFrontException
     * @throws LibraryException
     */
    public function __construct(bool $mask = false, int $linesPerMinute = 60)
    {
        if ($linesPerMinute < 1 || $linesPerMinute > self::MAX_LINES) {
            throw Text::argument('linesPerMinute must be from 1 to ' . self::MAX_LINES . ", not $linesPerMinute");
        }
        $ffi = Library::ffi();
        $flags = $mask ? $ffi->TULEAP_FRONT_SHADOW_MASK_ADDRESSES : 0;
        $this->handle = Status::handle(
            'tuleap_front_shadow_log_free',
            static fn (): ?CData => $ffi->tuleap_front_shadow_log_new($flags, $linesPerMinute),
        );
    }

    /**
     * The line to log for one request; null where the answers are the same, or the minute has had
     * its lines. An answer of kind "forwarded" counts; with any other the peer stays the client.
     *
     * @param ClientIp $ours a resolver's answer
     * @param string|null $peer the socket's other end
     * @param string $theirs what the program itself uses as the client's address
     * @param int|null $now in seconds; null is now
     *
     * @throws TuleapFrontException for an answer that no resolver gave
     */
    public function clientIp(ClientIp $ours, ?string $peer, string $theirs, ?int $now = null): ?string
    {
        $ffi = Library::ffi();
        $client = Room::struct($ours);
        $line = Text::read(
            fn (CData $out, int $cap): int => $ffi->tuleap_front_shadow_log_client_ip(
                $this->handle->pointer,
                FFI::addr($client),
                $peer,
                \strlen($peer ?? ''),
                $theirs,
                \strlen($theirs),
                $now ?? time(),
                $out,
                $cap,
            ),
        );
        return $line === '' ? null : $line;
    }
}
