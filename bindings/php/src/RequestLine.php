<?php

declare(strict_types=1);

namespace TuleapFront;

use FFI;
use FFI\CData;
use TuleapFront\Internal\Request;
use TuleapFront\Internal\Text;

/** A request line as nginx reads it. */
final readonly class RequestLine
{
    /**
     * @internal
     *
     * @param string $method the method, as it was sent
     * @param RequestTarget $target the target
     * @param string $version "HTTP/1.1"; "HTTP/0.9" where there is none
     */
    public function __construct(public string $method, public RequestTarget $target, public string $version)
    {
    }

    /**
     * Reads the line that a text starts with, or says what nginx answers.
     *
     * @param string $nginx "current" or "1.22", for CONNECT
     * @param bool $mergeSlashes nginx's merge_slashes
     *
     * @throws TuleapFrontException for another nginx
     */
    public static function parse(
        string $line,
        string $nginx = 'current',
        bool $mergeSlashes = true,
    ): self|RequestRefusal {
        $ffi = Library::ffi();
        $rules = Text::nginxRules($nginx);
        $parts = $ffi->new('tuleap_front_request_line');
        $uri = Request::uri(
            static fn (CData $out, int $cap): int => $ffi->tuleap_front_request_line_parse(
                $line,
                \strlen($line),
                $rules,
                Request::flags($mergeSlashes),
                FFI::addr($parts),
                $out,
                $cap,
            ),
        );
        if ($uri === null) {
            return Request::refusal($parts->target);
        }
        $version = $parts->minor_version < 0 ? 'HTTP/0.9' : "HTTP/1.$parts->minor_version";
        return new self(Text::of($parts->method), Request::target($parts->target, $uri), $version);
    }
}
