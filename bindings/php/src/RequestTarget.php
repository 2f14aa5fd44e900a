<?php

declare(strict_types=1);

namespace TuleapFront;

use FFI;
use FFI\CData;
use TuleapFront\Internal\Request;

/**
 * A request target as nginx reads it: what goes on to the next server, and what a location sees.
 * `uri` may hold any byte but NUL: never put it into a header.
 */
final readonly class RequestTarget
{
    /**
     * @internal
     *
     * @param string $requestUri $request_uri: the target from the path on, as it was sent
     * @param string $uri $uri: the decoded, normalized path
     * @param string $args $args: the query, as it was sent
     * @param string|null $host the host of an absolute URI
     */
    public function __construct(
        public string $requestUri,
        public string $uri,
        public string $args,
        public ?string $host,
    ) {
    }

    /**
     * Reads a target, or says what nginx answers.
     *
     * @param bool $mergeSlashes nginx's merge_slashes
     */
    public static function parse(string $target, bool $mergeSlashes = true): self|RequestRefusal
    {
        $ffi = Library::ffi();
        $parts = $ffi->new('tuleap_front_request_target');
        $uri = Request::uri(
            static fn (CData $out, int $cap): int => $ffi->tuleap_front_request_target_parse(
                $target,
                \strlen($target),
                Request::flags($mergeSlashes),
                FFI::addr($parts),
                $out,
                $cap,
            ),
        );
        return $uri === null ? Request::refusal($parts) : Request::target($parts, $uri);
    }
}
