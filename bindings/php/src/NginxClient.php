<?php

declare(strict_types=1);

namespace TuleapFront;

/** What nginx takes for the client. */
final readonly class NginxClient
{
    /**
     * @internal
     *
     * @param string $addr $remote_addr as it is afterwards
     * @param int|null $port the port of the entry, if it has one
     * @param bool $isRewritten was the peer replaced?
     */
    public function __construct(public string $addr, public ?int $port, public bool $isRewritten)
    {
    }
}
