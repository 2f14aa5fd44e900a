<?php

declare(strict_types=1);

namespace TuleapFront\Internal;

/** @internal A pointer means nothing in another process: keep the configuration and build anew. */
trait NotSerializable
{
    /** @return array<never> */
    public function __serialize(): array
    {
        throw self::refusal();
    }

    /** @param array<mixed> $data */
    public function __unserialize(array $data): void
    {
        throw self::refusal();
    }

    private static function refusal(): \LogicException
    {
        return new \LogicException(self::class . ' cannot be serialized: keep its configuration instead');
    }
}
