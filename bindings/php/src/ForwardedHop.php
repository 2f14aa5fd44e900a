<?php

declare(strict_types=1);

namespace TuleapFront;

use FFI;
use FFI\CData;
use TuleapFront\Internal\Handle;
use TuleapFront\Internal\Memory;
use TuleapFront\Internal\NotSerializable;
use TuleapFront\Internal\Status;
use TuleapFront\Internal\Text;

/**
 * What the next server is told about the client, and what of the client's own words it never sees.
 */
final readonly class ForwardedHop
{
    use NotSerializable;

    /** The headers that a hop writes, by tuleap_front_field. */
    private const FIELDS = ['X-Real-IP', 'X-Forwarded-For', 'X-Forwarded-Proto', 'Host'];

    private const FREE = 'tuleap_front_forwarded_hop_free';

    private Handle $handle;

    /**
     * @param array{int, int, int, int} $directives by field
     * @param ClientIpResolver|null $resolver whose headers are stripped, too
     */
    private function __construct(
        private int $style,
        private array $directives,
        private ?ClientIpResolver $resolver = null,
    ) {
        $ffi = Library::ffi();
        $hop = Status::handle(
            self::FREE,
            static fn (): ?CData => $ffi->tuleap_front_forwarded_hop_new($style, ...$directives),
        );
        $this->handle = $resolver === null ? $hop : Status::handle(
            self::FREE,
            static fn (): ?CData
                => $ffi->tuleap_front_forwarded_hop_for_resolver($hop->pointer, Handle::of($resolver)),
        );
    }

    /**
     * One certain address, the effective scheme and the allowed host; every other forwarding
     * header is stripped, look-alikes included.
     */
    public static function recommended(): self
    {
        return self::inStyle(Library::ffi()->TULEAP_FRONT_STYLE_RECOMMENDED);
    }

    /**
     * What the nginx lines of Tuleap's deployment guide do, byte for byte.
     *
     * @param string $guide "reverse-proxy" or "distributed", which have the same four lines
     *
     * @throws TuleapFrontException for another guide
     */
    public static function documented(string $guide = 'reverse-proxy'): self
    {
        Text::guide($guide);
        return self::inStyle(Library::ffi()->TULEAP_FRONT_STYLE_DOCUMENTED);
    }

    /**
     * The same hop that does something else with one header.
     *
     * @param string $field X-Real-IP, X-Forwarded-For, X-Forwarded-Proto or Host, in any case
     * @param string $directive "write" replaces every line by one, "keep" lets the client's own
     *     lines pass, "remove" sends no such header
     *
     * @throws TuleapFrontException for another field or directive
     */
    public function with(string $field, string $directive): self
    {
        $ffi = Library::ffi();
        $index = array_search(strtolower($field), array_map(strtolower(...), self::FIELDS), true);
        if ($index === false) {
            throw Text::argument('field must be one of ' . implode(', ', self::FIELDS));
        }
        $number = match ($directive) {
            'write' => $ffi->TULEAP_FRONT_DIRECTIVE_WRITE,
            'keep' => $ffi->TULEAP_FRONT_DIRECTIVE_KEEP,
            'remove' => $ffi->TULEAP_FRONT_DIRECTIVE_REMOVE,
            default => throw Text::argument('directive must be write, keep or remove'),
        };
        return new self($this->style, array_replace($this->directives, [$index => $number]), $this->resolver);
    }

    /**
     * The same hop that strips the headers which this resolver reads, too: the next server may
     * read the same.
     */
    public function forResolver(ClientIpResolver $resolver): self
    {
        return new self($this->style, $this->directives, $resolver);
    }

    /**
     * The headers to send on: name to the value that replaces every line of it, or to null where
     * no such header is sent. A name that is not there stays as it is; strips() says which others
     * go. A Host of null is not an allowed one: answer 400 or 421.
     *
     * @param string $peer the address that the server itself shows, or `unix:`
     * @param Headers|array<string|int, string|array<string>> $headers
     * @param Origin $local what the listener knows by itself
     *
     * @return array<string, string|null>
     *
     * @throws TuleapFrontException for a peer that is neither
     */
    public function headers(
        ClientIpResolver $resolver,
        OriginPolicy $policy,
        string $peer,
        Headers|array $headers,
        Origin $local,
    ): array {
        $ffi = Library::ffi();
        $memory = Memory::headers($headers);
        [$listener, $keep] = Memory::local($local);
        $values = $ffi->new('tuleap_front_hop_headers');
        $text = Text::read(
            fn (CData $out, int $cap): int => $ffi->tuleap_front_forwarded_hop_headers(
                $this->handle->pointer,
                Handle::of($resolver),
                Handle::of($policy),
                $peer,
                \strlen($peer),
                $memory->places,
                $memory->count,
                FFI::addr($listener),
                FFI::addr($values),
                $out,
                $cap,
            ),
        );
        $sent = [];
        foreach (self::FIELDS as $index => $name) {
            $length = $values->length[$index];
            if ($length >= 0) {
                $sent[$name] = substr($text, $values->offset[$index], $length);
            } elseif ($length === $ffi->TULEAP_FRONT_DIRECTIVE_REMOVE) {
                $sent[$name] = null;
            }
        }
        return $sent;
    }

    /** Is a client's header with this name kept from the next server? */
    public function strips(string $name): bool
    {
        $answer = Library::ffi()->tuleap_front_forwarded_hop_strips(
            $this->handle->pointer,
            $name,
            \strlen($name),
        );
        return Status::check($answer) === 1;
    }

    /**
     * Why a client's header with this name is kept from the next server: "forwarded-hop/alias",
     * "forwarded-hop/claim" or "forwarded-hop/replaced"; null if it passes.
     */
    public function stripReason(string $name): ?string
    {
        $ffi = Library::ffi();
        $code = $ffi->tuleap_front_forwarded_hop_strip_code($this->handle->pointer, $name, \strlen($name));
        // No code is also what a fault of the library leaves.
        return $code === null && $this->strips($name)
            ? throw Status::exception($ffi->TULEAP_FRONT_STATUS_PANIC)
            : $code;
    }

    private static function inStyle(int $style): self
    {
        return new self($style, array_fill(0, 4, Library::ffi()->TULEAP_FRONT_DIRECTIVE_WRITE));
    }
}
