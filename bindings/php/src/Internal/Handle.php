<?php

declare(strict_types=1);

namespace TuleapFront\Internal;

use FFI\CData;
use TuleapFront\Library;

/**
 * @internal What a constructor of the library gave: freed once, when the last object that holds
 * it is gone. After that the pointer is null, which the library answers with a status.
 */
final class Handle
{
    public function __construct(public ?CData $pointer, private readonly string $free)
    {
    }

    public function __destruct()
    {
        [$pointer, $this->pointer] = [$this->pointer, null];
        if ($pointer !== null) {
            Library::ffi()->{$this->free}($pointer);
        }
    }

    /** The pointer inside an object of this package, which no public name leads to. */
    public static function of(object $owner): ?CData
    {
        return (fn (): ?CData => $this->handle->pointer)->call($owner);
    }

    private function __clone()
    {
    }
}
