<?php

declare(strict_types=1);

namespace TuleapFront;

/**
 * A configuration or an argument that was refused: what is wrong, where, and what to write
 * instead. Code and text are the same in every language.
 */
final class TuleapFrontException extends \InvalidArgumentException
{
    /**
     * @internal
     *
     * @param string $errorCode the stable name, such as "trusted-proxies/host-bits-set"
     * @param string|null $hint what to write instead; the whole message where there is no more
     * @param int|null $entry which entry, from 0; null where none is to blame
     * @param int|null $offset where the faulty part starts in the text, in bytes
     * @param int|null $offsetInEntry where it starts in its entry, in bytes
     * @param int|null $length how many bytes it has
     * @param int|null $textLine its line in the text, from 1
     * @param int|null $textColumn its column, in characters from 1
     */
    public function __construct(
        public readonly string $errorCode,
        string $message,
        public readonly ?string $hint = null,
        public readonly ?int $entry = null,
        public readonly ?int $offset = null,
        public readonly ?int $offsetInEntry = null,
        public readonly ?int $length = null,
        public readonly ?int $textLine = null,
        public readonly ?int $textColumn = null,
    ) {
        parent::__construct($message);
    }
}
