<?php

declare(strict_types=1);

namespace TuleapFront;

/** One step of an explanation. */
final readonly class Step
{
    /**
     * @internal
     *
     * @param string $place where the text was found: `peer`, `x-forwarded-for[-1]`, `x-real-ip`
     * @param string $text the first 64 bytes of what was found there
     * @param string $verdict what it was taken for, such as "trusted" or "client"
     */
    public function __construct(public string $place, public string $text, public string $verdict)
    {
    }
}
