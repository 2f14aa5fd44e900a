<?php

declare(strict_types=1);

namespace TuleapFront;

/**
 * What becomes of a request, and why. As text it is for people; json_encode() gives the form that
 * every language shares.
 */
final readonly class ServerExplanation implements \JsonSerializable, \Stringable
{
    /** @internal */
    public function __construct(private string $json, private string $text)
    {
    }

    /**
     * `server`, `server_name`, `reason`, `because`, `host`, `http_host`, `method`, `request_uri`,
     * `uri`, `args`, `location`, `backend`, `target`, `lines` and `redirect`.
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
