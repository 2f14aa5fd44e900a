<?php

declare(strict_types=1);

namespace TuleapFront;

/** Something risky about a configuration that was taken all the same. */
final readonly class Warning implements \Stringable
{
    /**
     * @internal
     *
     * @param string $code the stable name, such as "trusted-proxies/very-wide"
     * @param string $message the same in words
     * @param int|null $entry which entry, from 0; null where it is about the whole
     * @param int|null $offset where the entry starts in the text, in bytes; null where not known
     * @param int|null $length how many bytes it has; null where not known
     */
    public function __construct(
        public string $code,
        public string $message,
        public ?int $entry,
        public ?int $offset,
        public ?int $length,
    ) {
    }

    public function __toString(): string
    {
        return $this->message;
    }
}
