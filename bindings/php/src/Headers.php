<?php

declare(strict_types=1);

namespace TuleapFront;

/**
 * The header lines of a request or an answer, in wire order where that is known.
 *
 * Every method that takes headers also takes an array of the form that PSR-7's getHeaders() and
 * PHP's getallheaders() have; this class is for other forms, and for asking several times.
 * Names are compared without regard to case.
 */
final readonly class Headers
{
    /**
     * @internal Name and value of each line, one after the other.
     *
     * @var list<string>
     */
    public array $texts;

    /** @param list<string> $texts */
    private function __construct(array $texts)
    {
        $this->texts = $texts;
    }

    /**
     * From a map: name to one value or to the list of the values of its lines, in wire order.
     *
     * @param array<string|int, string|array<string>> $map
     */
    public static function fromMap(array $map): self
    {
        $texts = [];
        foreach ($map as $name => $values) {
            foreach (\is_array($values) ? $values : [$values] as $value) {
                array_push($texts, (string) $name, self::text($value));
            }
        }
        return new self($texts);
    }

    /**
     * From pairs of name and value, one per line, in wire order.
     *
     * @param iterable<array{string, string}> $pairs
     */
    public static function fromPairs(iterable $pairs): self
    {
        $texts = [];
        foreach ($pairs as $pair) {
            [$name, $value] = array_values($pair) + [null, null];
            array_push($texts, self::text($name), self::text($value));
        }
        return new self($texts);
    }

    /**
     * From whole lines, `Name: value`, as headers_list() gives them.
     *
     * @param iterable<string> $lines
     */
    public static function fromLines(iterable $lines): self
    {
        $texts = [];
        foreach ($lines as $line) {
            [$name, $value] = explode(':', self::text($line), 2) + [1 => ''];
            array_push($texts, $name, trim($value, " \t"));
        }
        return new self($texts);
    }

    /**
     * From `$_SERVER`: the variables HTTP_*, which web servers make of the header lines. They have
     * joined lines of one name, and cannot tell `X_Forwarded_For` from `X-Forwarded-For`.
     *
     * @param array<string|int, mixed> $server
     */
    public static function fromServerParams(array $server): self
    {
        $texts = [];
        foreach ($server as $name => $value) {
            if (\is_string($value) && str_starts_with((string) $name, 'HTTP_')) {
                array_push($texts, strtr(substr($name, 5), '_', '-'), $value);
            }
        }
        return new self($texts);
    }

    /**
     * @internal
     *
     * @param self|array<string|int, string|array<string>> $headers
     */
    public static function of(self|array $headers): self
    {
        return $headers instanceof self ? $headers : self::fromMap($headers);
    }

    /**
     * @internal The values of one header, in wire order.
     *
     * @return list<string>
     */
    public function values(string $name): array
    {
        $values = [];
        foreach (array_chunk($this->texts, 2) as [$line, $value]) {
            if (strcasecmp($line, $name) === 0) {
                $values[] = $value;
            }
        }
        return $values;
    }

    private static function text(mixed $text): string
    {
        return \is_string($text)
            ? $text
            : throw new \TypeError('header names and values must be strings, not ' . get_debug_type($text));
    }
}
