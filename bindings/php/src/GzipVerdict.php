<?php

declare(strict_types=1);

namespace TuleapFront;

/** What becomes of an answer, and of its header. */
final readonly class GzipVerdict
{
    /**
     * @internal
     *
     * @param bool $compresses is it compressed? Then it gets `Content-Encoding: gzip`
     * @param string $code the rule that decided, the same in every language: "gzip/not-accepted"
     * @param string $text the rule in words
     * @param bool $varies is a `Vary: Accept-Encoding` due?
     * @param string $etag what becomes of the ETag: "none" (there is none), "keep", "weaken" or
     *     "remove"
     * @param list<string> $removes the lines that go, names in lower case
     */
    public function __construct(
        public bool $compresses,
        public string $code,
        public string $text,
        public bool $varies,
        public string $etag,
        public array $removes,
    ) {
    }

    /** The rule that decided, by name: "not-accepted". */
    public function reason(): string
    {
        return substr($this->code, strpos($this->code, '/') + 1);
    }
}
