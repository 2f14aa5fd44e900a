<?php

declare(strict_types=1);

namespace TuleapFront\Internal;

use FFI\CData;
use TuleapFront\Library;
use TuleapFront\RequestRefusal;
use TuleapFront\RequestTarget;

/** @internal What the library says of a request line or a request target. */
final class Request
{
    public static function flags(bool $mergeSlashes): int
    {
        return $mergeSlashes ? 0 : Library::ffi()->TULEAP_FRONT_TARGET_KEEP_SLASHES;
    }

    /**
     * Room for the header lines of a head, and how many have room.
     *
     * @return array{CData, int}
     */
    public static function room(string $head): array
    {
        $room = substr_count($head, "\n") + 1;
        return [Library::ffi()->new("tuleap_front_header[$room]"), $room];
    }

    /**
     * The header lines that were stored.
     *
     * @return list<array{string, string}> name and value
     */
    public static function lines(CData $stored, int $count): array
    {
        $lines = [];
        for ($index = 0; $index < $count; $index++) {
            $lines[] = [Text::of($stored[$index]->name), Text::of($stored[$index]->value)];
        }
        return $lines;
    }

    /**
     * The normalized path, or another text; null where the request is refused.
     *
     * @param \Closure(CData, int): int $call
     */
    public static function uri(\Closure $call): ?string
    {
        return Text::read($call, Library::ffi()->TULEAP_FRONT_STATUS_REQUEST_REFUSED);
    }

    public static function target(CData $parts, string $uri): RequestTarget
    {
        $host = $parts->host->ptr === null ? null : Text::of($parts->host);
        return new RequestTarget(Text::of($parts->request_uri), $uri, Text::of($parts->args), $host);
    }

    public static function refusal(CData $parts): RequestRefusal
    {
        return self::refused($parts->http_status, $parts->reason);
    }

    public static function refused(int $status, int $reason): RequestRefusal
    {
        $ffi = Library::ffi();
        return new RequestRefusal(
            $status,
            $ffi->tuleap_front_request_reason_code($reason) ?? 'request-target/other',
            Text::read(static fn (CData $out, int $cap): int
                => $ffi->tuleap_front_request_reason_text($reason, $out, $cap)),
        );
    }
}
