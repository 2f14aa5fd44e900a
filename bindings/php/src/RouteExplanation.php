<?php

declare(strict_types=1);

namespace TuleapFront;

/**
 * The way of a request, step by step. As text it is for people; json_encode() gives the form that every
 * language shares.
 */
final readonly class RouteExplanation implements \JsonSerializable, \Stringable
{
    /** @internal */
    public function __construct(private string $json, private string $text)
    {
    }

    /**
     * `outcome`, `backend`, `uri`, `args`, `file`, `status`, `location`, `reason`, `rule`, `action`,
     * `internal_redirects`, `because`, `steps`.
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
