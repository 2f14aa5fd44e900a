<?php

declare(strict_types=1);

namespace TuleapFront;

/**
 * The steps that led to an answer: the peer first and then each entry from the right, with the
 * verdict on it. As text it is for people; json_encode() gives the form that every language shares.
 */
final readonly class Explanation implements \JsonSerializable, \Stringable
{
    /** The header the answer was read from, lower case; null where no header was read. */
    public ?string $source;

    /** @var list<Step> the steps */
    public array $steps;

    /** @var list<string> side remarks, such as "other-source-ignored" */
    public array $notes;

    /** Bytes of the source header left of the last entry that was read. */
    public int $unread;

    /**
     * @internal
     *
     * @param ClientIp $client the answer that is explained
     */
    public function __construct(public ClientIp $client, private string $json, private string $text)
    {
        $fields = $this->jsonSerialize();
        $this->source = $fields['source'];
        $this->steps = array_map(static fn (array $step): Step => new Step(...$step), $fields['steps']);
        $this->notes = $fields['notes'];
        $this->unread = $fields['unread'];
    }

    /**
     * `client`, `client_port`, `kind`, `reason`, `source`, `hops`, `steps`, `notes`, `unread`.
     *
     * @return array<string, mixed>
     */
    public function jsonSerialize(): array
    {
        return json_decode($this->json, true, 8, \JSON_THROW_ON_ERROR);
    }

    /** Aligned lines for people; the text of entries is cut at 64 bytes and escaped. */
    public function __toString(): string
    {
        return $this->text;
    }
}
