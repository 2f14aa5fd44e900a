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
 * What nginx's realip module answers, for running beside it and for moving away from it. It has no
 * kinds: use ClientIpResolver for decisions.
 */
final readonly class NginxRealip
{
    use NotSerializable;

    private Handle $handle;

    /**
     * @param array<string> $trusted the values of set_real_ip_from
     * @param string $header real_ip_header, spelled as in the configuration
     * @param bool $recursive real_ip_recursive
     * @param string $rules "current", or "1.22" for versions up to 1.27.2
     *
     * @throws TuleapFrontException
     * @throws LibraryException
     */
    public function __construct(
        array $trusted,
        string $header = 'X-Real-IP',
        bool $recursive = false,
        string $rules = 'current',
    ) {
        $ffi = Library::ffi();
        $flags = ($recursive ? $ffi->TULEAP_FRONT_REALIP_RECURSIVE : 0) | match ($rules) {
            'current' => 0,
            '1.22' => $ffi->TULEAP_FRONT_REALIP_1_22,
            default => throw Text::argument('rules must be current or 1.22'),
        };
        $entries = Text::joined('trusted', $trusted, ',', '?');
        $header = $header === '' ? ':' : $header;
        $this->handle = Status::handle(
            'tuleap_front_nginx_realip_free',
            static fn (?CData $problem, ?CData $message, int $cap): ?CData
                => $ffi->tuleap_front_nginx_realip_new(
                    $entries,
                    \strlen($entries),
                    $header,
                    \strlen($header),
                    $flags,
                    $problem,
                    $message,
                    $cap,
                ),
        );
    }

    /**
     * What nginx then takes for the client.
     *
     * @param string $peer the socket's other end: an address, or `unix:`
     * @param Headers|array<string|int, string|array<string>> $headers
     *
     * @throws TuleapFrontException for a peer that is neither
     */
    public function resolve(string $peer, Headers|array $headers): NginxClient
    {
        $ffi = Library::ffi();
        $memory = Memory::headers($headers);
        $rewritten = $ffi->new('uint32_t');
        $port = $ffi->new('int32_t');
        $addr = Text::read(
            fn (CData $out, int $cap): int => $ffi->tuleap_front_nginx_realip_resolve(
                $this->handle->pointer,
                $peer,
                \strlen($peer),
                $memory->places,
                $memory->count,
                FFI::addr($rewritten),
                FFI::addr($port),
                $out,
                $cap,
            ),
        );
        return new NginxClient($addr, $port->cdata < 0 ? null : $port->cdata, $rewritten->cdata === 1);
    }
}
