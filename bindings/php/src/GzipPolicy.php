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
 * Which answers are compressed, and what becomes of their header. The recommended policy leaves
 * what is made for one user as it is (BREACH); the documented one, Tuleap's, and what is read from
 * directives are nginx. As text it is nginx's directives; of the recommended one, those that come
 * nearest to it.
 */
final readonly class GzipPolicy implements \Stringable
{
    use NotSerializable;

    private Handle $handle;

    /**
     * The recommended policy.
     *
     * @param string|null $expires the parameters of an nginx `expires` in the same place: "1h"
     * @param string $rules "current" or "1.22", where versions of nginx answer otherwise
     * @param string $secrets "identity": what is made for one user is not compressed over https;
     *     "compress": it may be, for pages mask their tokens, or pad their length
     *
     * @throws TuleapFrontException what is wrong, and what to write instead
     * @throws LibraryException
     */
    public function __construct(
        ?string $expires = null,
        string $rules = 'current',
        string $secrets = 'identity',
    ) {
        $ffi = Library::ffi();
        $this->handle = self::handle(
            self::options($expires, $rules, $secrets),
            static fn (mixed ...$rest): ?CData => $ffi->tuleap_front_gzip_policy_recommended(...$rest),
        );
    }

    /**
     * What the lines of the deployment guide say, which are the same in both guides.
     *
     * @param string $guide "reverse-proxy" or "distributed"
     * @param string|null $expires as for the constructor, and so are the others
     *
     * @throws TuleapFrontException
     * @throws LibraryException
     */
    public static function documented(
        string $guide = 'reverse-proxy',
        ?string $expires = null,
        string $rules = 'current',
    ): self {
        $ffi = Library::ffi();
        $of = Text::guide($guide);
        return self::made(
            self::options($expires, $rules),
            static fn (mixed ...$rest): ?CData => $ffi->tuleap_front_gzip_policy_documented($of, ...$rest),
        );
    }

    /**
     * What the configuration that Tuleap comes with today says: JSON and scripts are listed, too.
     *
     * @throws TuleapFrontException
     * @throws LibraryException
     */
    public static function tuleap(?string $expires = null, string $rules = 'current'): self
    {
        $ffi = Library::ffi();
        return self::made(
            self::options($expires, $rules),
            static fn (mixed ...$rest): ?CData => $ffi->tuleap_front_gzip_policy_tuleap(...$rest),
        );
    }

    /**
     * Reads nginx's directives: "gzip on; gzip_types text/css;".
     *
     * @throws TuleapFrontException which directive is wrong, where, and what to write instead
     * @throws LibraryException
     */
    public static function parse(string $directives, ?string $expires = null, string $rules = 'current'): self
    {
        $ffi = Library::ffi();
        return self::made(
            self::options($expires, $rules),
            static fn (mixed ...$rest): ?CData
                => $ffi->tuleap_front_gzip_policy_parse($directives, \strlen($directives), ...$rest),
        );
    }

    /**
     * What becomes of an answer.
     *
     * @throws TuleapFrontException for a version that is none
     */
    public function decide(GzipFacts $facts): GzipVerdict
    {
        $ffi = Library::ffi();
        [$struct, $memory] = Memory::gzipFacts($facts);
        $verdict = $ffi->new('tuleap_front_gzip_verdict');
        Status::check($ffi->tuleap_front_gzip_policy_decide(
            $this->handle->pointer,
            FFI::addr($struct),
            FFI::addr($verdict),
        ));
        $lines = [
            'content-length' => $ffi->TULEAP_FRONT_GZIP_REMOVES_CONTENT_LENGTH,
            'accept-ranges' => $ffi->TULEAP_FRONT_GZIP_REMOVES_ACCEPT_RANGES,
            'etag' => $ffi->TULEAP_FRONT_GZIP_REMOVES_ETAG,
        ];
        return new GzipVerdict(
            $verdict->compresses === 1,
            $ffi->tuleap_front_gzip_reason_code($verdict->reason) ?? 'gzip/other',
            Text::read(static fn (CData $out, int $cap): int
                => $ffi->tuleap_front_gzip_reason_text($verdict->reason, $out, $cap)),
            $verdict->varies === 1,
            $ffi->tuleap_front_etag_effect_name($verdict->etag) ?? 'keep',
            array_keys(array_filter($lines, static fn (int $flag): bool => ($verdict->removes & $flag) !== 0)),
        );
    }

    /**
     * The verdict with what was looked at.
     *
     * @throws TuleapFrontException for a version that is none
     */
    public function explain(GzipFacts $facts): GzipExplanation
    {
        $ffi = Library::ffi();
        [$struct, $memory] = Memory::gzipFacts($facts);
        $write = fn (int $format): string => Text::read(
            fn (CData $out, int $cap): int => $ffi->tuleap_front_gzip_policy_explain(
                $this->handle->pointer,
                FFI::addr($struct),
                $format,
                $out,
                $cap,
            ),
        );
        return new GzipExplanation(
            $write($ffi->TULEAP_FRONT_FORMAT_JSON),
            $write($ffi->TULEAP_FRONT_FORMAT_TEXT),
        );
    }

    /**
     * The lines that the client gets of those that are changed: Content-Type, Content-Length, Vary,
     * ETag, Accept-Ranges, Cache-Control, Expires and Content-Encoding, in nginx's order.
     *
     * @return list<array{string, string}> name and value
     *
     * @throws TuleapFrontException for a version that is none, or a value with a line end in it
     */
    public function responseLines(GzipFacts $facts): array
    {
        $ffi = Library::ffi();
        [$struct, $memory] = Memory::gzipFacts($facts);
        return Text::lines(fn (CData $out, int $cap): int => $ffi->tuleap_front_gzip_policy_response_lines(
            $this->handle->pointer,
            FFI::addr($struct),
            $out,
            $cap,
        ));
    }

    /**
     * Every setting: `recommended`, `on`, `vary`, `proxied`, `types`, `all_types`, `disable`,
     * `min_length`, `http_version`, `expires`, `passes_date`, `rules` and `secrets`.
     *
     * @return array<string, mixed>
     */
    public function settings(): array
    {
        $ffi = Library::ffi();
        $json = Text::read(fn (CData $out, int $cap): int
            => $ffi->tuleap_front_gzip_policy_settings($this->handle->pointer, $out, $cap));
        return json_decode($json, true, 3, \JSON_THROW_ON_ERROR);
    }

    /** nginx's directives, one a line. */
    public function __toString(): string
    {
        $ffi = Library::ffi();
        return Text::read(fn (CData $out, int $cap): int
            => $ffi->tuleap_front_gzip_policy_text($this->handle->pointer, $out, $cap));
    }

    /**
     * The options, as the library takes them: the struct, and the memory its text stands in.
     *
     * @return array{CData, Memory}
     */
    private static function options(?string $expires, string $rules, string $secrets = 'identity'): array
    {
        $ffi = Library::ffi();
        $struct = $ffi->new('tuleap_front_gzip_options');
        $struct->rules = Text::nginxRules($rules);
        $struct->secrets = match ($secrets) {
            'identity' => $ffi->TULEAP_FRONT_SECRETS_IDENTITY,
            'compress' => $ffi->TULEAP_FRONT_SECRETS_COMPRESS,
            default => throw Text::argument('secrets must be identity or compress'),
        };
        $memory = Memory::values([$expires ?? '']);
        if ($expires !== null) {
            $struct->expires = $memory->places[0];
        }
        return [$struct, $memory];
    }

    /**
     * @param array{CData, Memory} $options
     * @param \Closure(mixed ...): ?CData $call
     */
    private static function made(array $options, \Closure $call): self
    {
        $policy = (new \ReflectionClass(self::class))->newInstanceWithoutConstructor();
        $policy->handle = self::handle($options, $call);
        return $policy;
    }

    /**
     * @param array{CData, Memory} $options
     * @param \Closure(mixed ...): ?CData $call
     */
    private static function handle(array $options, \Closure $call): Handle
    {
        [$struct, $memory] = $options;
        return Status::handle(
            'tuleap_front_gzip_policy_free',
            static fn (?CData $problem, ?CData $message, int $cap): ?CData
                => $call(FFI::addr($struct), $problem, $message, $cap),
        );
    }
}
