<?php

declare(strict_types=1);

namespace TuleapFront;

/** The location that takes a path. */
final readonly class LocationMatch
{
    /**
     * @internal
     *
     * @param int $index which one, from 0
     * @param string $name its name
     * @param string $reason why this one: "longest-prefix"
     */
    public function __construct(public int $index, public string $name, public string $reason)
    {
    }

    /** The stable name of the reason, the same in every language: "locations/longest-prefix". */
    public function code(): string
    {
        return "locations/$this->reason";
    }
}
