<?php

declare(strict_types=1);

namespace TuleapFront;

/** What is answered to a request that came over plain http, or over https. */
final readonly class RedirectDecision
{
    /**
     * @internal
     *
     * @param string $action "stay": the request came over https and is served; "redirect": answer
     *     with status and location; "refuse": answer with the status
     * @param string $code the rule that decided, the same in every language:
     *     "https-redirect/keeps-method"
     * @param string $text the rule in words; for the body of a refusal
     * @param int|null $status what to answer; null for "stay"
     * @param string|null $location the value of Location, for "redirect"
     */
    public function __construct(
        public string $action,
        public string $code,
        public string $text,
        public ?int $status = null,
        public ?string $location = null,
    ) {
    }

    /** The rule that decided, by name: "keeps-method". */
    public function reason(): string
    {
        return substr($this->code, strpos($this->code, '/') + 1);
    }
}
