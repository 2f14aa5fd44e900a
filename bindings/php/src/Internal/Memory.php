<?php

declare(strict_types=1);

namespace TuleapFront\Internal;

use FFI;
use FFI\CData;
use TuleapFront\CacheAnswer;
use TuleapFront\CacheFacts;
use TuleapFront\DestinationFacts;
use TuleapFront\GzipFacts;
use TuleapFront\Headers;
use TuleapFront\Library;
use TuleapFront\Origin;

/**
 * @internal Texts laid out as the library wants them: pointer and length, one after the other.
 *
 * A struct cannot point into a PHP string, so the texts are copied into one piece of memory. It
 * lives as long as this object: keep it in a variable during the call.
 */
final class Memory
{
    /** Both a pointer and a length, in machine order. */
    private const WORD = \PHP_INT_SIZE === 8 ? 'Q' : 'L';

    /** An array of structs that hold nothing but pointers and lengths. */
    public readonly CData $places;

    /** How many structs. */
    public readonly int $count;

    private readonly CData $bytes;

    /**
     * @param string $struct its name
     * @param int $each how many texts it holds
     * @param list<string> $texts
     */
    private function __construct(string $struct, int $each, array $texts)
    {
        $joined = implode('', $texts);
        $size = \strlen($joined);
        $this->bytes = FFI::new('char[' . max(1, $size) . ']');
        FFI::memcpy($this->bytes, $joined, $size);
        $at = FFI::cast('uintptr_t', FFI::addr($this->bytes))->cdata;
        $words = [];
        foreach ($texts as $text) {
            $words[] = $at;
            $words[] = $length = \strlen($text);
            $at += $length;
        }
        $this->count = intdiv(\count($texts), $each);
        $this->places = Library::ffi()->new($struct . '[' . max(1, $this->count) . ']');
        FFI::memcpy($this->places, pack(self::WORD . '*', ...$words), \count($words) * \PHP_INT_SIZE);
    }

    /** @param Headers|array<string|int, string|array<string>> $headers */
    public static function headers(Headers|array $headers): self
    {
        return new self('tuleap_front_header', 2, Headers::of($headers)->texts);
    }

    /** @param array<mixed> $values the values of one header */
    public static function values(array $values): self
    {
        foreach ($values as $value) {
            if (!\is_string($value)) {
                throw new \TypeError('header values must be strings, not ' . get_debug_type($value));
            }
        }
        return new self('tuleap_front_str', 1, array_values($values));
    }

    /**
     * A list of numbers.
     *
     * @param list<int> $numbers
     */
    public static function numbers(array $numbers): CData
    {
        $memory = FFI::new('uint32_t[' . max(1, \count($numbers)) . ']');
        foreach ($numbers as $index => $number) {
            $memory[$index] = $number;
        }
        return $memory;
    }

    /**
     * What is known about a request, as the library takes it: the struct, and the memory its texts
     * stand in.
     *
     * @return array{CData, self}
     */
    public static function facts(DestinationFacts $facts): array
    {
        $ffi = Library::ffi();
        $texts = [$facts->method, $facts->host ?? '', $facts->forwardedHost ?? ''];
        $memory = new self('tuleap_front_str', 1, $texts);
        $struct = $ffi->new('tuleap_front_destination_facts');
        $struct->method = $memory->places[0];
        $struct->host = $memory->places[1];
        $struct->forwarded_host = $memory->places[2];
        $struct->scheme = Text::scheme($facts->scheme);
        return [$struct, $memory];
    }

    /**
     * What is known about a request and its answer, as the library takes it: the struct, and the
     * memory its texts stand in.
     *
     * @return array{CData, list<self>}
     */
    public static function gzipFacts(GzipFacts $facts): array
    {
        $ffi = Library::ffi();
        $texts = new self('tuleap_front_str', 1, [$facts->method, $facts->version]);
        [$request, $response] = [self::headers($facts->request), self::headers($facts->response)];
        $struct = $ffi->new('tuleap_front_gzip_facts');
        $struct->scheme = Text::scheme($facts->scheme);
        $struct->status = $facts->status;
        $struct->method = $texts->places[0];
        $struct->version = $texts->places[1];
        $struct->request = FFI::addr($request->places[0]);
        $struct->request_count = $request->count;
        $struct->response = FFI::addr($response->places[0]);
        $struct->response_count = $response->count;
        $struct->length = match ($facts->length) {
            null => $ffi->TULEAP_FRONT_GZIP_LENGTH_FROM_HEADERS,
            'unknown' => $ffi->TULEAP_FRONT_GZIP_LENGTH_UNKNOWN,
            default => $facts->length,
        };
        $struct->now = $facts->now;
        return [$struct, [$texts, $request, $response]];
    }

    /**
     * What is known about a request to a cache, as the library takes it: the struct, and the memory
     * its texts stand in.
     *
     * @return array{CData, list<self>}
     */
    public static function cacheFacts(CacheFacts $facts): array
    {
        $words = [$facts->method, $facts->host, $facts->target, $facts->version];
        $texts = new self('tuleap_front_str', 1, $words);
        $headers = self::headers($facts->headers);
        $struct = Library::ffi()->new('tuleap_front_cache_facts');
        $struct->scheme = Text::scheme($facts->scheme);
        $struct->method = $texts->places[0];
        $struct->host = $texts->places[1];
        $struct->target = $texts->places[2];
        $struct->version = $texts->places[3];
        $struct->headers = FFI::addr($headers->places[0]);
        $struct->header_count = $headers->count;
        return [$struct, [$texts, $headers]];
    }

    /**
     * What a backend answered, as the library takes it.
     *
     * @return array{CData, self}
     */
    public static function cacheAnswer(CacheAnswer $answer): array
    {
        $ffi = Library::ffi();
        $headers = self::headers($answer->headers);
        $struct = $ffi->new('tuleap_front_cache_answer');
        $struct->status = $answer->status;
        $struct->body = $answer->cut ? $ffi->TULEAP_FRONT_CACHE_BODY_CUT : $ffi->TULEAP_FRONT_CACHE_BODY_WHOLE;
        $struct->headers = FFI::addr($headers->places[0]);
        $struct->header_count = $headers->count;
        return [$struct, $headers];
    }

    /**
     * What the listener knows, as the library takes it: the struct, and the memory its host
     * stands in.
     *
     * @return array{CData, self}
     */
    public static function local(Origin $local): array
    {
        $ffi = Library::ffi();
        $struct = $ffi->new('tuleap_front_local');
        $struct->scheme = $local->scheme === 'https'
            ? $ffi->TULEAP_FRONT_SCHEME_HTTPS
            : $ffi->TULEAP_FRONT_SCHEME_HTTP;
        $struct->port = $local->port;
        $host = new self('tuleap_front_str', 1, [$local->host ?? '']);
        $struct->host = $host->places[0];
        return [$struct, $host];
    }
}
