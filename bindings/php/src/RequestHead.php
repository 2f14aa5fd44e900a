<?php

declare(strict_types=1);

namespace TuleapFront;

use FFI;
use FFI\CData;
use TuleapFront\Internal\Request;
use TuleapFront\Internal\Text;

/** The head of a request, line by line as nginx reads it. */
final readonly class RequestHead
{
    /**
     * @internal
     *
     * @param string $method the method, as it was sent
     * @param RequestTarget $target the target
     * @param string $version "HTTP/1.1"; "HTTP/0.9" where there is none
     * @param string|null $host $host: that of an absolute target, or else of Host; null where the
     *     client names none: then it is the name of the server
     * @param string|null $httpHost $http_host: the value of Host, as it was sent
     * @param list<array{string, string}> $lines name and value of the header lines that are kept
     * @param string $rest what follows the head
     */
    public function __construct(
        public string $method,
        public RequestTarget $target,
        public string $version,
        public ?string $host,
        public ?string $httpHost,
        public array $lines,
        public string $rest,
    ) {
    }

    /**
     * Reads the head that a text starts with, or says what nginx answers.
     *
     * @param string $rules "current" or "1.22", where versions of nginx answer otherwise
     * @param string $names which header lines are kept, by their names: "plain", those of letters,
     *     digits and "-"; "underscores", those with "_", too; "any", all
     * @param bool $mergeSlashes nginx's merge_slashes
     *
     * @throws TuleapFrontException for other rules or names
     * @throws LibraryException
     */
    public static function parse(
        string $text,
        string $rules = 'current',
        string $names = 'plain',
        bool $mergeSlashes = true,
    ): self|RequestRefusal {
        $ffi = Library::ffi();
        $number = Text::nginxRules($rules);
        $kept = match ($names) {
            'plain' => $ffi->TULEAP_FRONT_HEADER_NAMES_PLAIN,
            'underscores' => $ffi->TULEAP_FRONT_HEADER_NAMES_UNDERSCORES,
            'any' => $ffi->TULEAP_FRONT_HEADER_NAMES_ANY,
            default => throw Text::argument('names must be plain, underscores or any'),
        };
        $parts = $ffi->new('tuleap_front_request_head');
        [$lines, $room] = Request::room($text);
        $written = Request::uri(
            static fn (CData $out, int $cap): int => $ffi->tuleap_front_request_head_parse(
                $text,
                \strlen($text),
                $number,
                $kept,
                Request::flags($mergeSlashes),
                FFI::addr($parts),
                $lines,
                $room,
                $out,
                $cap,
            ),
        );
        $line = $parts->line;
        if ($written === null) {
            return Request::refusal($line->target);
        }
        $uri = substr($written, 0, $parts->uri_length);
        return new self(
            Text::of($line->method),
            Request::target($line->target, $uri),
            $line->minor_version < 0 ? 'HTTP/0.9' : "HTTP/1.$line->minor_version",
            $parts->host_length < 0 ? null : substr($written, $parts->uri_length),
            $parts->http_host->ptr === null ? null : Text::of($parts->http_host),
            Request::lines($lines, $parts->header_count),
            Text::of($parts->rest),
        );
    }

    /** The header lines, for what asks about headers. */
    public function headers(): Headers
    {
        return Headers::fromPairs($this->lines);
    }
}
