<?php

declare(strict_types=1);

namespace TuleapFront;

/**
 * What becomes of a request over https and of one over http, who is to blame for what is wrong, and
 * what to write instead. As text it is for people; json_encode() gives the form that every language
 * shares.
 */
final readonly class ChainExplanation implements \JsonSerializable, \Stringable
{
    /** @var array<string, mixed> verdict, text, tls_ends_at, steps and causes over https */
    public array $https;

    /** @var array<string, mixed> the same over plain http */
    public array $http;

    /** @var list<array<string, mixed>> what is risky though it works */
    public array $notes;

    /** Is nothing wrong? */
    public bool $isSound;

    /** The chain as it should be; null where nothing is wrong. */
    public ?string $corrected;

    /** @internal */
    public function __construct(private string $json, private string $text)
    {
        $fields = $this->jsonSerialize();
        $this->https = $fields['https'];
        $this->http = $fields['http'];
        $this->notes = $fields['notes'];
        $this->isSound = $fields['is_sound'];
        $this->corrected = $fields['corrected'];
    }

    /** @return array<string, mixed> */
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
