<?php

declare(strict_types=1);

namespace TuleapFront;

/**
 * The shared library cannot be used: PHP's configuration or the installation is at fault, never
 * the arguments. The message says what is wrong and what to do.
 */
final class LibraryException extends \RuntimeException
{
    /**
     * @internal
     *
     * @param string $errorCode the stable name, such as "library/not-preloaded"
     * @param string $hint what to do about it, which the message ends with
     */
    public function __construct(
        public readonly string $errorCode,
        string $message,
        public readonly string $hint,
        ?\Throwable $previous = null,
    ) {
        parent::__construct("$message: $hint", 0, $previous);
    }
}
