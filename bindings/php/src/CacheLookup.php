<?php

declare(strict_types=1);

namespace TuleapFront;

/** Whether the cache is asked for a request. */
final readonly class CacheLookup
{
    /**
     * @internal
     *
     * @param string $action "look-up": the cache is asked; "bypass": the backend is asked, and its
     *     answer may be stored; "skip": the cache has no part in it
     * @param string $code the rule that decided, the same in every language: "cache/method"
     * @param string $text the rule in words
     */
    public function __construct(public string $action, public string $code, public string $text)
    {
    }

    /** The rule that decided, by name: "method". */
    public function reason(): string
    {
        return substr($this->code, strpos($this->code, '/') + 1);
    }
}
