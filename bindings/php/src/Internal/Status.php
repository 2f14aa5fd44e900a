<?php

declare(strict_types=1);

namespace TuleapFront\Internal;

use FFI;
use TuleapFront\Library;
use TuleapFront\PanicException;
use TuleapFront\TuleapFrontException;

/** @internal Results below 0, problems and what a constructor refuses, as exceptions. */
final class Status
{
    private const MESSAGE = 4096;

    /**
     * @throws TuleapFrontException|PanicException
     */
    public static function check(int $result): int
    {
        return $result >= 0 ? $result : throw self::exception($result);
    }

    public static function exception(int $status): TuleapFrontException|PanicException
    {
        $ffi = Library::ffi();
        $text = $ffi->tuleap_front_status_text($status) ?? "status $status";
        return $status === $ffi->TULEAP_FRONT_STATUS_PANIC
            ? new PanicException($text)
            : new TuleapFrontException($ffi->tuleap_front_status_code($status) ?? 'abi/other', $text, $text);
    }

    /**
     * Calls a constructor of the library: without room for a problem, which is seldom needed, and
     * again with it when the configuration is refused.
     *
     * @param \Closure(?FFI\CData, ?FFI\CData, int): ?FFI\CData $call
     *
     * @throws TuleapFrontException|PanicException
     */
    public static function handle(string $free, \Closure $call): Handle
    {
        $pointer = $call(null, null, 0);
        if ($pointer === null) {
            $problem = Library::ffi()->new('tuleap_front_problem');
            $message = FFI::new('char[' . self::MESSAGE . ']');
            $pointer = $call(FFI::addr($problem), $message, self::MESSAGE);
        }
        return $pointer === null ? throw self::refusal($problem, $message) : new Handle($pointer, $free);
    }

    private static function refusal(
        FFI\CData $problem,
        FFI\CData $message,
    ): TuleapFrontException|PanicException {
        $ffi = Library::ffi();
        // A function that reports nothing fails by a panic alone.
        if (\in_array($problem->status, [$ffi->TULEAP_FRONT_STATUS_OK, $ffi->TULEAP_FRONT_STATUS_PANIC], true)) {
            return self::exception($ffi->TULEAP_FRONT_STATUS_PANIC);
        }
        $text = FFI::string($message);
        $isLocated = $problem->line > 0;
        return new TuleapFrontException(
            $ffi->tuleap_front_status_code($problem->status) ?? 'abi/other',
            $text,
            substr($text, $problem->hint_offset),
            self::entry($problem),
            $isLocated ? $problem->offset : null,
            $isLocated ? $problem->offset_in_entry : null,
            $isLocated ? $problem->length : null,
            $isLocated ? $problem->line : null,
            $isLocated ? $problem->column : null,
        );
    }

    /** Which entry is to blame; none is SIZE_MAX, which PHP sees as -1. */
    public static function entry(FFI\CData $problem): ?int
    {
        return $problem->entry < 0 ? null : $problem->entry;
    }
}
