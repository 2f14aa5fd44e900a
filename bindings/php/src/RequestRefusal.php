<?php

declare(strict_types=1);

namespace TuleapFront;

/** What nginx answers to a head, a request line, a request target or a host that it refuses. */
final readonly class RequestRefusal
{
    /**
     * @internal
     *
     * @param int $status 400, 405, 501 or 505; 502 for the head of a response
     * @param string $code the stable name of the reason, the same in every language:
     *     "request-target/above-root"
     * @param string $text the reason in words; it holds nothing of the client's
     */
    public function __construct(public int $status, public string $code, public string $text)
    {
    }

    /** The reason by name: "above-root". */
    public function reason(): string
    {
        return substr($this->code, strpos($this->code, '/') + 1);
    }
}
