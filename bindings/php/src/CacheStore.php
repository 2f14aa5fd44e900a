<?php

declare(strict_types=1);

namespace TuleapFront;

/** Whether an answer is stored, and for how long. */
final readonly class CacheStore
{
    /**
     * @internal
     *
     * @param bool $isStored is it stored?
     * @param string $code why not, or what gives the lifetime, the same in every language:
     *     "cache/set-cookie"
     * @param string $text the same in words
     * @param int|null $validUntil until when it is fresh, in Unix seconds; it may be over already
     * @param int|null $lifetime for how many seconds it is fresh
     * @param int|null $keptFor for how many seconds it is served where nobody asks for it meanwhile
     * @param int $staleWhileRevalidate for how many seconds more it may be served while it is
     *     refreshed
     * @param int $staleIfError for how many seconds more it may be served where the backend cannot
     *     be reached
     * @param string|null $variantMd5 the variant that it is stored as, where the answer has a Vary
     */
    public function __construct(
        public bool $isStored,
        public string $code,
        public string $text,
        public ?int $validUntil,
        public ?int $lifetime,
        public ?int $keptFor,
        public int $staleWhileRevalidate,
        public int $staleIfError,
        public ?string $variantMd5,
    ) {
    }

    /** The rule that decided, by name: "set-cookie". */
    public function reason(): string
    {
        return substr($this->code, strpos($this->code, '/') + 1);
    }
}
