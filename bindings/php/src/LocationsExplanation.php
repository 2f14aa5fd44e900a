<?php

declare(strict_types=1);

namespace TuleapFront;

/**
 * The choice of a location, and what was compared. As text it is for people; json_encode() gives the form that every
 * language shares.
 */
final readonly class LocationsExplanation implements \JsonSerializable, \Stringable
{
    /** @internal */
    public function __construct(private string $json, private string $text)
    {
    }

    /**
     * `location`, `rule`, `index`, `reason`, `because`, `prefix`, `regexes`.
     *
     * @return array<string, mixed>
     */
    public function jsonSerialize(): array
    {
        return json_decode($this->json, true, 8, \JSON_THROW_ON_ERROR);
    }

    /** Lines for people. */
    public function __toString(): string
    {
        return $this->text;
    }
}
