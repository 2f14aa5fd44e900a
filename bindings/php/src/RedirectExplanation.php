<?php

declare(strict_types=1);

namespace TuleapFront;

/**
 * What is answered, and by which rule. As text it is for people; json_encode() gives the form that
 * every language shares.
 */
final readonly class RedirectExplanation implements \JsonSerializable, \Stringable
{
    /** @internal */
    public function __construct(private string $json, private string $text)
    {
    }

    /**
     * `action`, `status`, `reason`, `because`, `asked`, `location`.
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
