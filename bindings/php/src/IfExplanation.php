<?php

declare(strict_types=1);

namespace TuleapFront;

/**
 * What was decided about an `If` line, tag by tag. As text it is for people; json_encode() gives the form that
 * every language shares. User info is not in it.
 */
final readonly class IfExplanation implements \JsonSerializable, \Stringable
{
    /** What is done, such as "rewrite". */
    public string $action;

    /** The rule that decided. */
    public string $cause;

    /** @var list<array<string, mixed>> cause, entry, sent and next of the first tags */
    public array $tags;

    /** Where what is malformed stands, in bytes. */
    public ?int $offset;

    /** @internal */
    public function __construct(private string $json, private string $text)
    {
        $fields = $this->jsonSerialize();
        $this->action = $fields['action'];
        $this->cause = $fields['cause'];
        $this->tags = $fields['tags'];
        $this->offset = $fields['offset'];
    }

    /** The stable name of the rule, the same in every language: "if/…". */
    public function code(): string
    {
        return "if/$this->cause";
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
