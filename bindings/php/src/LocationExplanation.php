<?php

declare(strict_types=1);

namespace TuleapFront;

/**
 * What was decided about a `Location` or a `Content-Location`. As text it is for people; json_encode() gives the form that
 * every language shares. User info is not in it.
 */
final readonly class LocationExplanation implements \JsonSerializable, \Stringable
{
    /** What is done, such as "rewrite". */
    public string $action;

    /** The rule that decided. */
    public string $cause;

    /** Which of the listed public origins it got, from 0. */
    public ?int $entry;

    /** The listed public origin that it got. */
    public ?string $origin;

    /** @internal */
    public function __construct(private string $json, private string $text)
    {
        $fields = $this->jsonSerialize();
        $this->action = $fields['action'];
        $this->cause = $fields['cause'];
        $this->entry = $fields['entry'];
        $this->origin = $fields['origin'];
    }

    /** The stable name of the rule, the same in every language: "location/…". */
    public function code(): string
    {
        return "location/$this->cause";
    }

    /** @return array<string, mixed> */
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
