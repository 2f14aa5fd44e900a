<?php

declare(strict_types=1);

namespace TuleapFront;

use FFI;
use FFI\CData;
use TuleapFront\Internal\Handle;
use TuleapFront\Internal\Status;
use TuleapFront\Internal\Text;

/**
 * What became of a request, or what the backend is to be asked first. json_encode() gives the form
 * that every language shares, in which one code point is one byte. What there is not is null.
 */
final readonly class CacheStep implements \JsonSerializable
{
    /**
     * The backend is to be asked, and the zone to be told by this number what came of it. Where
     * there is a status as well, the client has its answer already.
     */
    public ?int $ticket;

    /** The status that the client gets. */
    public ?int $status;

    /** `$upstream_cache_status`: "HIT", "MISS", … */
    public ?string $cacheStatus;

    /** What the guide's X-Cache-Status shows. */
    public ?string $shownStatus;

    /** Why the answer was stored or not, or what let the cache answer: "cache/fresh". */
    public string $code;

    /** Is the path one of the policy's location? */
    public bool $inLocation;

    /** Was the backend's answer stored? */
    public bool $stores;

    /** Is there an entry now, of this answer or of an older one? */
    public bool $stored;

    /** For how many seconds the entry is fresh, from when it was stored. */
    public ?int $lifetime;

    /** Until when the entry is fresh, in Unix seconds. */
    public ?int $validUntil;

    /** For how many seconds more the entry may be served while it is refreshed. */
    public ?int $staleWhileRevalidate;

    /** For how many seconds more the entry may be served where the backend cannot be reached. */
    public ?int $staleIfError;

    /** The key, where the cache has a part in it. */
    public ?string $key;

    /** The name of the file: the MD5 of the key, or of a variant. */
    public ?string $fileMd5;

    /** The file, from the folder of the cache on. */
    public ?string $path;

    /** The Vary that the entry is kept with. */
    public ?string $vary;

    /** The variant that the entry is. */
    public ?string $variantMd5;

    /**
     * The header lines that the client gets.
     *
     * @var list<array{string, string}>
     */
    public array $lines;

    /** The method that the backend is asked by, or was. */
    public ?string $upstreamMethod;

    /** The target that the backend is asked for, or was. */
    public ?string $upstreamTarget;

    /**
     * The header lines that the backend is asked with, or was.
     *
     * @var list<array{string, string}>
     */
    public array $upstreamLines;

    private string $json;

    /** @internal */
    public function __construct(Handle $handle)
    {
        $ffi = Library::ffi();
        $step = $handle->pointer;
        $view = $ffi->new('tuleap_front_cache_step_view');
        Status::check($ffi->tuleap_front_cache_step_read($step, FFI::addr($view)));
        $text = static fn (CData $text): ?string => $text->ptr === null ? null : Text::of($text);
        $number = static fn (int $number): ?int => $view->has_entry === 1 ? $number : null;
        $this->ticket = $view->has_ticket === 1 ? $view->ticket : null;
        $this->status = $view->http_status === 0 ? null : $view->http_status;
        $this->cacheStatus = $ffi->tuleap_front_cache_status_name($view->cache_status);
        $this->shownStatus = $ffi->tuleap_front_cache_status_name($view->shown_status);
        $this->code = $ffi->tuleap_front_cache_reason_code($view->reason) ?? 'cache/other';
        $this->inLocation = $view->in_location === 1;
        $this->stores = $view->stores === 1;
        $this->stored = $view->has_entry === 1;
        $this->lifetime = $number($view->lifetime);
        $this->validUntil = $number($view->valid_until);
        $this->staleWhileRevalidate = $number($view->stale_while_revalidate);
        $this->staleIfError = $number($view->stale_if_error);
        $this->key = $text($view->key);
        $this->path = $text($view->path);
        $this->vary = $text($view->vary);
        $this->upstreamMethod = $text($view->upstream_method);
        $this->upstreamTarget = $text($view->upstream_target);
        $this->lines = Text::lines(static fn (CData $out, int $cap): int
            => $ffi->tuleap_front_cache_step_lines($step, $out, $cap));
        $this->upstreamLines = Text::lines(static fn (CData $out, int $cap): int
            => $ffi->tuleap_front_cache_step_upstream_lines($step, $out, $cap));
        $this->json = Text::read(static fn (CData $out, int $cap): int
            => $ffi->tuleap_front_cache_step_json($step, $out, $cap));
        $data = $this->jsonSerialize();
        $this->fileMd5 = $data['file_md5'];
        $this->variantMd5 = $data['variant_md5'];
    }

    /** The rule that decided, by name: "fresh". */
    public function reason(): string
    {
        return substr($this->code, strpos($this->code, '/') + 1);
    }

    /**
     * Everything, with `because`, the reason in words.
     *
     * @return array<string, mixed>
     */
    public function jsonSerialize(): array
    {
        return json_decode($this->json, true, 8, \JSON_THROW_ON_ERROR);
    }
}
