<?php

declare(strict_types=1);

namespace TuleapFront;

/** Tuleap's answer beside the strict one. */
final readonly class TuleapComparison
{
    /**
     * @internal
     *
     * @param string $compat what Tuleap answers
     * @param ClientIp $strict what the resolver answers
     * @param bool $differs is Tuleap's text another address than the resolver's, or none?
     */
    public function __construct(public string $compat, public ClientIp $strict, public bool $differs)
    {
    }
}
