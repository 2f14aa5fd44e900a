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
 * What a location of nginx keeps in its cache, for how long, and what the client gets. The
 * recommended policy keeps today's static files, and nothing that belongs to a user; the documented
 * ones, and what is read from directives, are nginx. As text it is its directives.
 */
final readonly class CachePolicy implements \Stringable
{
    use NotSerializable;

    private const FREE = 'tuleap_front_cache_policy_free';

    private Handle $handle;

    /**
     * The recommended policy.
     *
     * @param string $rules "current" or "1.22", where versions of nginx answer otherwise
     *
     * @throws TuleapFrontException for other rules
     * @throws LibraryException
     */
    public function __construct(string $rules = 'current')
    {
        $ffi = Library::ffi();
        $number = Text::nginxRules($rules);
        $this->handle = Status::handle(
            self::FREE,
            static fn (): ?CData => $ffi->tuleap_front_cache_policy_recommended($number),
        );
    }

    /**
     * What the guide's nginx lines say: to see what a server with them does.
     *
     * @param string $guide "reverse-proxy" or "distributed"
     * @param string $rules as for the constructor
     *
     * @throws TuleapFrontException for another guide, or other rules
     * @throws LibraryException
     */
    public static function documented(string $guide = 'reverse-proxy', string $rules = 'current'): self
    {
        $ffi = Library::ffi();
        [$of, $number] = [Text::guide($guide), Text::nginxRules($rules)];
        return self::made(static fn (): ?CData => $ffi->tuleap_front_cache_policy_documented($of, $number));
    }

    /**
     * Reads nginx's directives about a cache, and `location MODIFIER PATTERN;` for the paths that
     * they are for. With `tuleap_cache recommended;` what is not there is ours.
     *
     * @throws TuleapFrontException which directive is wrong, where, and what to write instead
     * @throws LibraryException
     */
    public static function parse(string $directives, string $rules = 'current'): self
    {
        $ffi = Library::ffi();
        $number = Text::nginxRules($rules);
        return self::made(
            static fn (?CData $problem, ?CData $message, int $cap): ?CData => $ffi->tuleap_front_cache_policy_parse(
                $directives,
                \strlen($directives),
                $number,
                $problem,
                $message,
                $cap,
            ),
        );
    }

    /**
     * Is the cache asked for a request?
     *
     * @throws TuleapFrontException for a version that is none
     */
    public function lookUp(CacheFacts $facts): CacheLookup
    {
        $ffi = Library::ffi();
        [$struct, $memory] = Memory::cacheFacts($facts);
        $lookup = $ffi->new('tuleap_front_cache_lookup');
        Status::check($ffi->tuleap_front_cache_policy_look_up(
            $this->handle->pointer,
            FFI::addr($struct),
            FFI::addr($lookup),
        ));
        $action = match ($lookup->action) {
            $ffi->TULEAP_FRONT_CACHE_LOOK_UP => 'look-up',
            $ffi->TULEAP_FRONT_CACHE_BYPASS => 'bypass',
            default => 'skip',
        };
        return new CacheLookup($action, ...self::reason($lookup->reason));
    }

    /**
     * Is an answer stored, for how long, and why?
     *
     * @param int $now Unix seconds: time()
     *
     * @throws TuleapFrontException for a version that is none
     */
    public function store(CacheFacts $facts, CacheAnswer $answer, int $now): CacheStore
    {
        $ffi = Library::ffi();
        [$struct, $memory] = Memory::cacheFacts($facts);
        [$answered, $lines] = Memory::cacheAnswer($answer);
        $store = $ffi->new('tuleap_front_cache_store');
        Status::check($ffi->tuleap_front_cache_policy_store(
            $this->handle->pointer,
            FFI::addr($struct),
            FFI::addr($answered),
            $now,
            FFI::addr($store),
        ));
        $isStored = $store->stored === 1;
        return new CacheStore(
            $isStored,
            ...self::reason($store->reason),
            validUntil: $isStored ? $store->valid_until : null,
            lifetime: $isStored ? $store->lifetime : null,
            keptFor: $isStored ? $store->kept_for : null,
            staleWhileRevalidate: $store->stale_while_revalidate,
            staleIfError: $store->stale_if_error,
            variantMd5: $store->has_variant === 1 ? bin2hex(FFI::string(FFI::addr($store->variant[0]), 16)) : null,
        );
    }

    /**
     * The key of a request; null where the cache is off or the target is refused.
     *
     * @throws TuleapFrontException for a version that is none
     */
    public function key(CacheFacts $facts): ?CacheKey
    {
        $ffi = Library::ffi();
        [$struct, $memory] = Memory::cacheFacts($facts);
        $key = Text::read(
            fn (CData $out, int $cap): int
                => $ffi->tuleap_front_cache_policy_key($this->handle->pointer, FFI::addr($struct), $out, $cap),
            $ffi->TULEAP_FRONT_STATUS_NO_KEY,
        );
        return $key === null ? null : new CacheKey($key);
    }

    /**
     * The header lines that the client gets of an answer, in wire order, but for those of the
     * connection, Date and Server.
     *
     * @param int $now Unix seconds: time()
     *
     * @return list<array{string, string}> name and value
     *
     * @throws TuleapFrontException for a version that is none, or a line with a line end in it
     */
    public function responseLines(CacheFacts $facts, CacheAnswer $answer, int $now): array
    {
        $ffi = Library::ffi();
        [$struct, $memory] = Memory::cacheFacts($facts);
        [$answered, $lines] = Memory::cacheAnswer($answer);
        return Text::lines(fn (CData $out, int $cap): int => $ffi->tuleap_front_cache_policy_response_lines(
            $this->handle->pointer,
            FFI::addr($struct),
            FFI::addr($answered),
            $now,
            $out,
            $cap,
        ));
    }

    /**
     * What becomes of a request and of its answer, and why.
     *
     * @param CacheAnswer|null $answer null where there is none yet
     * @param int $now Unix seconds: time(); for an answer
     *
     * @throws TuleapFrontException for a version that is none
     */
    public function explain(CacheFacts $facts, ?CacheAnswer $answer = null, int $now = 0): CacheExplanation
    {
        $ffi = Library::ffi();
        [$struct, $memory] = Memory::cacheFacts($facts);
        [$answered, $lines] = $answer === null ? [null, null] : Memory::cacheAnswer($answer);
        $write = fn (int $format): string => Text::read(
            fn (CData $out, int $cap): int => $ffi->tuleap_front_cache_policy_explain(
                $this->handle->pointer,
                FFI::addr($struct),
                $answered === null ? null : FFI::addr($answered),
                $now,
                $format,
                $out,
                $cap,
            ),
        );
        return new CacheExplanation(
            $write($ffi->TULEAP_FRONT_FORMAT_JSON),
            $write($ffi->TULEAP_FRONT_FORMAT_TEXT),
        );
    }

    /**
     * The settings: `recommended`, `rules`, `key`, `levels`, `inactive`, `expires`, `locations`,
     * `gzip` and `directives`, each a list of words.
     *
     * @return array<string, mixed>
     */
    public function settings(): array
    {
        $ffi = Library::ffi();
        $json = Text::read(fn (CData $out, int $cap): int
            => $ffi->tuleap_front_cache_policy_settings($this->handle->pointer, $out, $cap));
        return json_decode($json, true, 4, \JSON_THROW_ON_ERROR);
    }

    /** The directives, one a line. */
    public function __toString(): string
    {
        $ffi = Library::ffi();
        return Text::read(fn (CData $out, int $cap): int
            => $ffi->tuleap_front_cache_policy_text($this->handle->pointer, $out, $cap));
    }

    /** @return array{code: string, text: string} */
    private static function reason(int $reason): array
    {
        $ffi = Library::ffi();
        return [
            'code' => $ffi->tuleap_front_cache_reason_code($reason) ?? 'cache/other',
            'text' => Text::read(static fn (CData $out, int $cap): int
                => $ffi->tuleap_front_cache_reason_text($reason, $out, $cap)),
        ];
    }

    /** @param \Closure(?CData, ?CData, int): ?CData $call */
    private static function made(\Closure $call): self
    {
        $policy = (new \ReflectionClass(self::class))->newInstanceWithoutConstructor();
        $policy->handle = Status::handle(self::FREE, $call);
        return $policy;
    }
}
