<?php

declare(strict_types=1);

namespace TuleapFront;

/** What becomes of the `Destination` of a request. */
final readonly class Rewrite
{
    /**
     * @internal
     *
     * @param string $action "unchanged": it is sent on as it is; "rewrite": one line with the value
     *     replaces every line; "remove": no such header is sent on; "reject": answer with the status
     * @param string|null $value the value of the one line, for "rewrite"
     * @param int|null $status 400 or 502, for "reject"
     * @param string|null $reason why it is refused, such as "foreign-origin"
     * @param string|null $text the reason in words, for the body of the answer; it holds nothing of
     *     the client's
     */
    public function __construct(
        public string $action,
        public ?string $value = null,
        public ?int $status = null,
        public ?string $reason = null,
        public ?string $text = null,
    ) {
    }

    /** The stable name of the reason, the same in every language: "destination/foreign-origin". */
    public function code(): ?string
    {
        return $this->reason === null ? null : "destination/$this->reason";
    }
}
