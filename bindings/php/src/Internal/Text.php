<?php

declare(strict_types=1);

namespace TuleapFront\Internal;

use FFI;
use FFI\CData;
use TuleapFront\Library;
use TuleapFront\TuleapFrontException;

/** @internal Text on its way out of the library and lists on their way in. */
final class Text
{
    private const ROOM = 4096;

    private static ?CData $buffer = null;

    /**
     * What a function of the library writes: again with more room where the first was too small.
     *
     * @param \Closure(CData, int): int $call
     * @param int $absent the status that stands for no text at all
     */
    public static function read(\Closure $call, int $absent = 0): ?string
    {
        // Taken, not shared: a signal handler may get here between the call and the copy.
        [$buffer, self::$buffer] = [self::$buffer ?? FFI::new('char[' . self::ROOM . ']'), null];
        $length = $call($buffer, self::ROOM);
        if ($length < 0) {
            self::$buffer = $buffer;
            return $length === $absent ? null : throw Status::exception($length);
        }
        if ($length > self::ROOM) {
            $large = FFI::new("char[$length]");
            Status::check($call($large, $length));
            return FFI::string($large, $length);
        }
        $text = FFI::string($buffer, $length);
        self::$buffer = $buffer;
        return $text;
    }

    /**
     * Header lines, which a function of the library writes as they are sent.
     *
     * @param \Closure(CData, int): int $call
     *
     * @return list<array{string, string}> name and value
     */
    public static function lines(\Closure $call): array
    {
        return array_map(
            static fn (string $line): array => explode(': ', $line, 2),
            \array_slice(explode("\r\n", self::read($call)), 0, -1),
        );
    }

    /**
     * A message, whose whole length stands in the problem.
     *
     * @param \Closure(CData, int): int $call
     */
    public static function message(CData $problem, \Closure $call): string
    {
        $message = FFI::new('char[' . self::ROOM . ']');
        Status::check($call($message, self::ROOM));
        if ($problem->message_len >= self::ROOM) {
            $room = $problem->message_len + 1;
            $message = FFI::new("char[$room]");
            Status::check($call($message, $room));
        }
        return FFI::string($message);
    }

    /**
     * A list in the form the library takes, words with commas between them. A word that this form
     * cannot carry becomes one that the library refuses: it must not become two, or none.
     *
     * @param array<mixed> $words
     * @param string $separators what the library splits at; blanks around a word do not count
     *     where blanks separate
     * @param string $refused a word that is never right
     */
    public static function joined(string $name, array $words, string $separators, string $refused): string
    {
        foreach ($words as &$word) {
            if (!\is_string($word)) {
                throw new \TypeError("$name must hold strings, not " . get_debug_type($word));
            }
            $word = trim($word, ltrim($separators, ','));
            if ($word === '' || strpbrk($word, $separators) !== false) {
                $word = $refused;
            }
        }
        return implode(',', $words);
    }

    /** A count as the library takes it: 1 to 255, or 0 for none. */
    public static function count(string $name, ?int $count): int
    {
        if ($count !== null && ($count < 1 || $count > 255)) {
            throw self::argument("$name must be from 1 to 255, not $count");
        }
        return $count ?? 0;
    }

    /** A text that the library points to. */
    public static function of(CData $text): string
    {
        return $text->len === 0 ? '' : FFI::string($text->ptr, $text->len);
    }

    /** A guide, as the library takes it. */
    public static function guide(string $guide): int
    {
        $ffi = Library::ffi();
        return match ($guide) {
            'reverse-proxy' => $ffi->TULEAP_FRONT_GUIDE_REVERSE_PROXY,
            'distributed' => $ffi->TULEAP_FRONT_GUIDE_DISTRIBUTED,
            default => throw self::argument('guide must be reverse-proxy or distributed'),
        };
    }

    /** A scheme, as the library takes it. */
    public static function scheme(string $scheme): int
    {
        $ffi = Library::ffi();
        return match ($scheme) {
            'http' => $ffi->TULEAP_FRONT_SCHEME_HTTP,
            'https' => $ffi->TULEAP_FRONT_SCHEME_HTTPS,
            default => throw self::argument('scheme must be http or https'),
        };
    }

    /** The rules of one nginx, as the library takes them. */
    public static function nginxRules(string $nginx): int
    {
        $ffi = Library::ffi();
        return match ($nginx) {
            'current' => $ffi->TULEAP_FRONT_NGINX_RULES_CURRENT,
            '1.22' => $ffi->TULEAP_FRONT_NGINX_RULES_1_22,
            default => throw self::argument('nginx must be current or 1.22'),
        };
    }

    /** An argument that has no meaning. */
    public static function argument(string $message): TuleapFrontException
    {
        return new TuleapFrontException('abi/argument', $message, $message);
    }
}
