<?php

declare(strict_types=1);

namespace TuleapFront;

/** A fault of the library itself: please report it. The object that was asked stays usable. */
final class PanicException extends \RuntimeException
{
    /** The stable name, the same in every language. */
    public readonly string $errorCode;

    /** @internal */
    public function __construct(string $message)
    {
        parent::__construct($message);
        $this->errorCode = 'abi/panic';
    }
}
