<?php

declare(strict_types=1);

namespace TuleapFront;

/**
 * What became of a request and of its answer, and why. As text it is for people; json_encode() gives
 * the form that every language shares.
 */
final readonly class CacheExplanation implements \JsonSerializable, \Stringable
{
    /** @internal */
    public function __construct(private string $json, private string $text)
    {
    }

    /**
     * `verdict`, `reason`, `because`, `asked`, `look_up`, `look_up_reason`, `key`, `md5`, `path`, and
     * of the answer: `status`, `stored`, `lines`, `lifetime`, `valid_until`, `kept_for`,
     * `stale_while_revalidate`, `stale_if_error`, `variant_md5`, `client`, `hidden`.
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
