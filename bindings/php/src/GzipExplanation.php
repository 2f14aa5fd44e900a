<?php

declare(strict_types=1);

namespace TuleapFront;

/**
 * What was decided about an answer, and why. As text it is for people; json_encode() gives the form
 * that every language shares.
 */
final readonly class GzipExplanation implements \JsonSerializable, \Stringable
{
    /** @internal */
    public function __construct(private string $json, private string $text)
    {
    }

    /**
     * `compresses`, `reason`, `because`, `varies`, `etag`, `removes` and `steps`, each with `check`,
     * `seen` and `decides`.
     *
     * @return array<string, mixed>
     */
    public function jsonSerialize(): array
    {
        return json_decode($this->json, true, 8, \JSON_THROW_ON_ERROR);
    }

    /** Aligned lines for people. */
    public function __toString(): string
    {
        return $this->text;
    }
}
