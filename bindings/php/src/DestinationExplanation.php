<?php

declare(strict_types=1);

namespace TuleapFront;

/**
 * What was decided about a `Destination`, and by which rule. As text it is for people; json_encode() gives the form that
 * every language shares. User info is not in it.
 */
final readonly class DestinationExplanation implements \JsonSerializable, \Stringable
{
    /** What is done, such as "rewrite". */
    public string $action;

    /** The rule that decided. */
    public string $cause;

    /** Why it is refused, or would be if the method had a Destination; null if it is not. */
    public ?string $reason;

    /** Which of the listed public origins it named, from 0. */
    public ?int $entry;

    /** The listed public origin that it named. */
    public ?string $origin;

    /** How many lines there were. */
    public int $lines;

    /** @internal */
    public function __construct(private string $json, private string $text)
    {
        $fields = $this->jsonSerialize();
        $this->action = $fields['action'];
        $this->cause = $fields['cause'];
        $this->reason = $fields['reason'];
        $this->entry = $fields['entry'];
        $this->origin = $fields['origin'];
        $this->lines = $fields['lines'];
    }

    /** The stable name of the rule, the same in every language: "destination/…". */
    public function code(): string
    {
        return "destination/$this->cause";
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
