<?php

declare(strict_types=1);

namespace TuleapFront\Internal;

use FFI;
use TuleapFront\Library;
use TuleapFront\Warning;

/** @internal What is risky about a configuration, read from the library. */
final class Warnings
{
    /**
     * @param string $prefix of the two functions of the library
     * @param bool $isLocated does the library say where?
     *
     * @return list<Warning>
     */
    public static function read(string $prefix, ?FFI\CData $pointer, bool $isLocated): array
    {
        $ffi = Library::ffi();
        [$count, $read] = ["{$prefix}_warning_count", "{$prefix}_warning"];
        $count = Status::check($ffi->$count($pointer));
        if ($count === 0) {
            return [];
        }
        $problem = $ffi->new('tuleap_front_problem');
        $warnings = [];
        for ($index = 0; $index < $count; $index++) {
            $ask = fn (?FFI\CData $out, int $cap): int
                => $ffi->$read($pointer, $index, FFI::addr($problem), $out, $cap);
            $text = Text::message($problem, $ask);
            $warnings[] = new Warning(
                $ffi->tuleap_front_status_code($problem->status) ?? 'abi/other',
                $text,
                Status::entry($problem),
                $isLocated ? $problem->offset : null,
                $isLocated ? $problem->length : null,
            );
        }
        return $warnings;
    }
}
