<?php

declare(strict_types=1);

namespace TuleapFront;

use FFI;
use FFI\CData;
use TuleapFront\Internal\Handle;
use TuleapFront\Internal\NotSerializable;
use TuleapFront\Internal\Status;
use TuleapFront\Internal\Text;

/** Which `location` of an nginx server takes a path, which is RequestTarget::$uri. */
final readonly class Locations implements \Stringable
{
    use NotSerializable;

    private Handle $handle;

    /**
     * @param string $locations one location a line: modifier (=, ^~, ~, ~* or none), pattern, name
     *
     * @throws TuleapFrontException which location is wrong, where, and what to write instead
     * @throws LibraryException
     */
    public function __construct(string $locations)
    {
        $ffi = Library::ffi();
        $this->handle = Status::handle(
            'tuleap_front_locations_free',
            static fn (?CData $problem, ?CData $message, int $cap): ?CData
                => $ffi->tuleap_front_locations_parse($locations, \strlen($locations), $problem, $message, $cap),
        );
    }

    /** The location that takes this path; null where none does. */
    public function find(string $uri): ?LocationMatch
    {
        $ffi = Library::ffi();
        $found = $ffi->new('tuleap_front_location_match');
        $answer = $ffi->tuleap_front_locations_find($this->handle->pointer, $uri, \strlen($uri), FFI::addr($found));
        if (Status::check($answer) === 0) {
            return null;
        }
        $code = $ffi->tuleap_front_locations_reason_code($found->reason) ?? '/other';
        return new LocationMatch($found->index, Text::of($found->name), substr(strrchr($code, '/'), 1));
    }

    /** The same, with what was compared. */
    public function explain(string $uri): LocationsExplanation
    {
        $ffi = Library::ffi();
        $write = fn (int $format): string => Text::read(
            fn (CData $out, int $cap): int => $ffi->tuleap_front_locations_explain(
                $this->handle->pointer,
                $uri,
                \strlen($uri),
                $format,
                $out,
                $cap,
            ),
        );
        return new LocationsExplanation(
            $write($ffi->TULEAP_FRONT_FORMAT_JSON),
            $write($ffi->TULEAP_FRONT_FORMAT_TEXT),
        );
    }

    /** As it is read, one location a line. */
    public function __toString(): string
    {
        $ffi = Library::ffi();
        return Text::read(fn (CData $out, int $cap): int
            => $ffi->tuleap_front_locations_text($this->handle->pointer, $out, $cap));
    }
}
