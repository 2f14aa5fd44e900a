<?php

declare(strict_types=1);

namespace TuleapFront;

use FFI;
use TuleapFront\Internal\Request;
use TuleapFront\Internal\Status;
use TuleapFront\Internal\Text;

/** The head of a response, as nginx reads it from the server that it asks. */
final readonly class ResponseHead
{
    /**
     * @internal
     *
     * @param int $status the status
     * @param list<array{string, string}> $lines name and value of the header lines
     * @param string $rest what follows the head
     */
    public function __construct(public int $status, public array $lines, public string $rest)
    {
    }

    /**
     * Reads the head that a text starts with, or says what nginx answers instead.
     *
     * @throws LibraryException
     */
    public static function parse(string $text): self|RequestRefusal
    {
        $ffi = Library::ffi();
        $parts = $ffi->new('tuleap_front_response_head');
        [$lines, $room] = Request::room($text);
        $status = $ffi->tuleap_front_response_head_parse($text, \strlen($text), FFI::addr($parts), $lines, $room);
        if ($status === $ffi->TULEAP_FRONT_STATUS_REQUEST_REFUSED) {
            return Request::refusal($parts);
        }
        Status::check($status);
        return new self($parts->http_status, Request::lines($lines, $parts->header_count), Text::of($parts->rest));
    }

    /** The header lines, for what asks about headers. */
    public function headers(): Headers
    {
        return Headers::fromPairs($this->lines);
    }
}
