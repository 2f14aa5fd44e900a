<?php

declare(strict_types=1);

namespace TuleapFront;

use FFI\CData;
use TuleapFront\Internal\Memory;
use TuleapFront\Internal\Text;

/**
 * The `Destination` that nginx itself sends with the lines of Tuleap's deployment guide, for running
 * beside it and for moving away from it. Use DestinationRule for requests.
 */
final readonly class NginxDestination
{
    /**
     * @param string $guide "reverse-proxy" or "distributed"
     * @param string $nginx "current", or "1.22", which reads the first of several lines alone
     *
     * @throws TuleapFrontException for another guide or nginx
     */
    public function __construct(private string $guide = 'reverse-proxy', private string $nginx = 'current')
    {
        Text::guide($guide);
        Text::nginxRules($nginx);
    }

    /**
     * The value that is sent; null where no such header is.
     *
     * @param string $target the request target, as it was sent
     * @param array<string> $lines the values of the Destination lines in wire order
     */
    public function sent(string $target, array $lines): ?string
    {
        $memory = Memory::values($lines);
        $sent = Text::read(
            fn (CData $out, int $cap): int => Library::ffi()->tuleap_front_nginx_destination_sent(
                Text::guide($this->guide),
                Text::nginxRules($this->nginx),
                $target,
                \strlen($target),
                $memory->places,
                $memory->count,
                $out,
                $cap,
            ),
        );
        return $sent === '' ? null : $sent;
    }
}
