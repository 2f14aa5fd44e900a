<?php

declare(strict_types=1);

namespace TuleapFront;

use TuleapFront\Internal\Text;

/** What the backend answered. */
final readonly class CacheAnswer
{
    /** The header, in wire order: in some nginx the order decides. */
    public Headers $headers;

    /**
     * @param int $status the status
     * @param Headers|array<string|int, string|array<string>> $headers
     * @param bool $cut did the body end too early?
     *
     * @throws TuleapFrontException for a status that is none
     */
    public function __construct(public int $status, Headers|array $headers, public bool $cut = false)
    {
        if ($status < 0 || $status > 65535) {
            throw Text::argument("status must be that of an answer, not $status");
        }
        $this->headers = Headers::of($headers);
    }
}
