<?php

declare(strict_types=1);

namespace TuleapFront;

use FFI\CData;
use TuleapFront\Internal\Memory;
use TuleapFront\Internal\Text;

/** What an entry of nginx's cache is found by, byte for byte. */
final readonly class CacheKey
{
    /** @param string $bytes the key, which stands in the cache file behind `KEY: ` */
    public function __construct(public string $bytes)
    {
    }

    /**
     * The guide's `$scheme$request_method$host$request_uri`.
     *
     * @param string $scheme "http" or "https"
     * @param string $method the client's
     * @param string $host nginx's $host: in lower case, without port and without one final dot
     * @param string $requestUri the target from the path on, as it was sent
     *
     * @throws TuleapFrontException for another scheme
     * @throws LibraryException
     */
    public static function documented(string $scheme, string $method, string $host, string $requestUri): self
    {
        $ffi = Library::ffi();
        $number = Text::scheme($scheme);
        return new self(Text::read(static fn (CData $out, int $cap): int => $ffi->tuleap_front_cache_key_documented(
            $number,
            $method,
            \strlen($method),
            $host,
            \strlen($host),
            $requestUri,
            \strlen($requestUri),
            $out,
            $cap,
        )));
    }

    /**
     * The name of the file: 32 hexadecimal digits.
     *
     * @throws LibraryException
     */
    public function md5(): string
    {
        $ffi = Library::ffi();
        return Text::read(fn (CData $out, int $cap): int
            => $ffi->tuleap_front_cache_key_md5($this->bytes, \strlen($this->bytes), $out, $cap));
    }

    /**
     * The file, from the folder of the cache on: what to remove to purge the entry.
     *
     * @param string $levels `levels=` of proxy_cache_path; '' for no folders
     *
     * @throws TuleapFrontException for levels that are none
     * @throws LibraryException
     */
    public function path(string $levels = '1:2'): string
    {
        $ffi = Library::ffi();
        return Text::read(fn (CData $out, int $cap): int => $ffi->tuleap_front_cache_key_path(
            $this->bytes,
            \strlen($this->bytes),
            $levels,
            \strlen($levels),
            $out,
            $cap,
        ));
    }

    /**
     * The name of the file of one variant, for an answer with this `Vary` to this request.
     *
     * @param Headers|array<string|int, string|array<string>> $request
     *
     * @throws LibraryException
     */
    public function variant(string $vary, Headers|array $request): string
    {
        $ffi = Library::ffi();
        $lines = Memory::headers($request);
        return Text::read(fn (CData $out, int $cap): int => $ffi->tuleap_front_cache_key_variant(
            $this->bytes,
            \strlen($this->bytes),
            $vary,
            \strlen($vary),
            $lines->places,
            $lines->count,
            $out,
            $cap,
        ));
    }
}
