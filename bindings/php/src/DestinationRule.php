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
 * Maps the `Destination` of COPY and MOVE from the origin that clients know to the one that the next
 * server takes for its own; the tags of `If`, which name places too; and `Location` on the way back.
 * Built once from configuration, asked for every request.
 */
final readonly class DestinationRule
{
    use NotSerializable;

    private const FREE = 'tuleap_front_destination_rule_free';

    private Handle $handle;

    /**
     * @param string|array<string> $publicOrigins the origins by which clients reach the site, as a
     *     list, or as a text with commas or blanks between them; "auto" is http and https with the
     *     client's Host
     * @param string $backend an origin, or "http" or "https", which is that scheme with the forwarded
     *     Host
     * @param string $foreign "reject" refuses a Destination on another server with 502; "pass" sends
     *     it on as it is: a server that does not look at the host takes it for its own
     * @param string $pathAbsolute "keep" sends a path alone on as it is; "promote" puts the backend's
     *     origin before it
     * @param string|null $ifTags "rewrite" or "keep", see ifTags(); null rewrites where the backend
     *     is an origin of its own
     *
     * @throws TuleapFrontException which origin is wrong, and what to write instead
     * @throws LibraryException
     */
    public function __construct(
        string|array $publicOrigins,
        string $backend,
        string $foreign = 'reject',
        string $pathAbsolute = 'keep',
        ?string $ifTags = null,
    ) {
        $ffi = Library::ffi();
        $flags = match ($foreign) {
            'reject' => 0,
            'pass' => $ffi->TULEAP_FRONT_DESTINATION_FOREIGN_PASS,
            default => throw Text::argument('foreign must be reject or pass'),
        } | match ($pathAbsolute) {
            'keep' => 0,
            'promote' => $ffi->TULEAP_FRONT_DESTINATION_PROMOTE_PATH,
            default => throw Text::argument('pathAbsolute must be keep or promote'),
        } | match ($ifTags) {
            null => 0,
            'keep' => $ffi->TULEAP_FRONT_DESTINATION_IF_KEEP,
            'rewrite' => $ffi->TULEAP_FRONT_DESTINATION_IF_REWRITE,
            default => throw Text::argument('ifTags must be keep or rewrite'),
        };
        $origins = \is_array($publicOrigins)
            ? Text::joined('publicOrigins', $publicOrigins, ", \t\r\n", '?')
            : $publicOrigins;
        $this->handle = Status::handle(
            self::FREE,
            static fn (?CData $problem, ?CData $message, int $cap): ?CData
                => $ffi->tuleap_front_destination_rule_new(
                    $origins,
                    \strlen($origins),
                    $backend,
                    \strlen($backend),
                    $flags,
                    $problem,
                    $message,
                    $cap,
                ),
        );
    }

    /**
     * The rule for a server that ends TLS: from the client's Host, by http and https, to http with
     * the Host that is forwarded.
     */
    public static function recommended(): self
    {
        return new self('auto', 'http');
    }

    /**
     * What the nginx lines of Tuleap's deployment guide say, byte for byte, for moving away from
     * them.
     *
     * @param string $guide "reverse-proxy" or "distributed"
     * @param string $nginx "current", or "1.22", which reads the first of several lines alone
     *
     * @throws TuleapFrontException for another guide or nginx
     */
    public static function documented(string $guide = 'reverse-proxy', string $nginx = 'current'): self
    {
        $ffi = Library::ffi();
        [$guideNumber, $rules] = [Text::guide($guide), Text::nginxRules($nginx)];
        $rule = (new \ReflectionClass(self::class))->newInstanceWithoutConstructor();
        $rule->handle = Status::handle(
            self::FREE,
            static fn (): ?CData => $ffi->tuleap_front_destination_rule_documented($guideNumber, $rules),
        );
        return $rule;
    }

    /**
     * Decides about every Destination line of a request.
     *
     * @param Headers|array<string|int, string|array<string>> $headers
     */
    public function rewrite(DestinationFacts $facts, Headers|array $headers): Rewrite
    {
        $headers = Headers::of($headers);
        $memory = Memory::headers($headers);
        return $this->decide(
            $facts,
            fn (CData $known, CData $out): int => Library::ffi()->tuleap_front_destination_rule_rewrite(
                $this->handle->pointer,
                $known,
                $memory->places,
                $memory->count,
                $out,
            ),
            $headers->values('destination'),
        );
    }

    /**
     * The same for the values of the Destination lines alone, in wire order.
     *
     * @param array<string> $lines
     */
    public function rewriteLines(DestinationFacts $facts, array $lines): Rewrite
    {
        $memory = Memory::values($lines);
        return $this->decide(
            $facts,
            fn (CData $known, CData $out): int => Library::ffi()->tuleap_front_destination_rule_rewrite_lines(
                $this->handle->pointer,
                $known,
                $memory->places,
                $memory->count,
                $out,
            ),
            $lines,
        );
    }

    /** The same for one value. */
    public function rewriteValue(DestinationFacts $facts, string $value): Rewrite
    {
        return $this->decide(
            $facts,
            fn (CData $known, CData $out): int => Library::ffi()->tuleap_front_destination_rule_rewrite_value(
                $this->handle->pointer,
                $known,
                $value,
                \strlen($value),
                $out,
            ),
            [$value],
        );
    }

    /**
     * The decision with what led to it. Not for every request.
     *
     * @param Headers|array<string|int, string|array<string>> $headers
     */
    public function explain(DestinationFacts $facts, Headers|array $headers): DestinationExplanation
    {
        $memory = Memory::headers($headers);
        return new DestinationExplanation(...$this->explained(
            $facts,
            fn (CData $known, int $format, CData $out, int $cap): int
                => Library::ffi()->tuleap_front_destination_rule_explain(
                    $this->handle->pointer,
                    $known,
                    $memory->places,
                    $memory->count,
                    $format,
                    $out,
                    $cap,
                ),
        ));
    }

    /** Whether a host program maps the tags of If: "rewrite" or "keep". */
    public function ifTags(): string
    {
        $answer = Library::ffi()->tuleap_front_destination_rule_if_tags($this->handle->pointer);
        return Status::check($answer) === 1 ? 'rewrite' : 'keep';
    }

    /**
     * The value that replaces one If line, whose tags name places too (RFC 4918 section 10.4); null
     * where it is left as it is. Lists in parentheses, tags on another server and malformed lines are.
     */
    public function rewriteIf(DestinationFacts $facts, string $value): ?string
    {
        $ffi = Library::ffi();
        [$known, $keep] = Memory::facts($facts);
        $text = Text::read(
            fn (CData $out, int $cap): int => $ffi->tuleap_front_destination_rule_rewrite_if(
                $this->handle->pointer,
                FFI::addr($known),
                $value,
                \strlen($value),
                $out,
                $cap,
            ),
        );
        return $text === '' ? null : $text;
    }

    /** The same with what led to it, tag by tag. */
    public function explainIf(DestinationFacts $facts, string $value): IfExplanation
    {
        return new IfExplanation(...$this->explained(
            $facts,
            fn (CData $known, int $format, CData $out, int $cap): int
                => Library::ffi()->tuleap_front_destination_rule_explain_if(
                    $this->handle->pointer,
                    $known,
                    $value,
                    \strlen($value),
                    $format,
                    $out,
                    $cap,
                ),
        ));
    }

    /**
     * The value that replaces a Location or Content-Location of the next server's answer, which names
     * its own origin; null where it is left as it is. It is never refused.
     */
    public function rewriteLocation(DestinationFacts $facts, string $value): ?string
    {
        return $this->decide(
            $facts,
            fn (CData $known, CData $out): int => Library::ffi()->tuleap_front_destination_rule_rewrite_location(
                $this->handle->pointer,
                $known,
                $value,
                \strlen($value),
                $out,
            ),
            [$value],
        )->value;
    }

    /** The same with what led to it. */
    public function explainLocation(DestinationFacts $facts, string $value): LocationExplanation
    {
        return new LocationExplanation(...$this->explained(
            $facts,
            fn (CData $known, int $format, CData $out, int $cap): int
                => Library::ffi()->tuleap_front_destination_rule_explain_location(
                    $this->handle->pointer,
                    $known,
                    $value,
                    \strlen($value),
                    $format,
                    $out,
                    $cap,
                ),
        ));
    }

    /**
     * Asks, and reads the answer while what it points to is there.
     *
     * @param \Closure(CData, CData): int $ask
     * @param array<string> $lines those that are asked about
     */
    private function decide(DestinationFacts $facts, \Closure $ask, array $lines): Rewrite
    {
        $ffi = Library::ffi();
        [$known, $keep] = Memory::facts($facts);
        $rewrite = $ffi->new('tuleap_front_rewrite');
        Status::check($ask(FFI::addr($known), FFI::addr($rewrite)));
        return match ($rewrite->action) {
            $ffi->TULEAP_FRONT_REWRITE_UNCHANGED => new Rewrite('unchanged'),
            $ffi->TULEAP_FRONT_REWRITE_REMOVE => new Rewrite('remove'),
            $ffi->TULEAP_FRONT_REWRITE_REJECT => self::refused($rewrite),
            default => new Rewrite('rewrite', self::value($rewrite, Memory::values($lines))),
        };
    }

    private static function value(CData $rewrite, Memory $lines): string
    {
        return Text::read(
            static fn (CData $out, int $cap): int => Library::ffi()->tuleap_front_rewrite_text(
                FFI::addr($rewrite),
                $lines->places,
                $lines->count,
                $out,
                $cap,
            ),
        );
    }

    private static function refused(CData $rewrite): Rewrite
    {
        $ffi = Library::ffi();
        $code = $ffi->tuleap_front_destination_reason_code($rewrite->reason) ?? '/other';
        $text = Text::read(
            static fn (CData $out, int $cap): int
                => $ffi->tuleap_front_destination_reason_text($rewrite->reason, $out, $cap),
        );
        $reason = substr($code, strpos($code, '/') + 1);
        return new Rewrite('reject', null, $rewrite->http_status, $reason, $text);
    }

    /**
     * An explanation for programs and for people.
     *
     * @param \Closure(CData, int, CData, int): int $ask
     *
     * @return array{string, string}
     */
    private function explained(DestinationFacts $facts, \Closure $ask): array
    {
        $ffi = Library::ffi();
        [$known, $keep] = Memory::facts($facts);
        $write = static fn (int $format): string => Text::read(
            static fn (CData $out, int $cap): int => $ask(FFI::addr($known), $format, $out, $cap),
        );
        return [$write($ffi->TULEAP_FRONT_FORMAT_JSON), $write($ffi->TULEAP_FRONT_FORMAT_TEXT)];
    }
}
