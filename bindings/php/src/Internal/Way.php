<?php

declare(strict_types=1);

namespace TuleapFront\Internal;

use FFI;
use FFI\CData;
use TuleapFront\Library;
use TuleapFront\RequestRefusal;
use TuleapFront\Route;
use TuleapFront\RouteExplanation;

/**
 * @internal The way of one request. The library cannot call back into PHP everywhere, so it is asked
 * again with what a path is, until every path is known.
 */
final class Way
{
    private const OUTCOMES = ['refuse', 'proxy', 'fastcgi', 'file', 'redirect'];

    /** @var array<string, int> what is known: path to tuleap_front_file_kind */
    private array $known = [];

    public function __construct(
        private readonly ?CData $routes,
        private readonly string $target,
        private readonly int $flags,
    ) {
    }

    /** @param \Closure(string): string $files */
    public function route(\Closure $files, string $method): Route|RequestRefusal
    {
        $ffi = Library::ffi();
        $route = $ffi->new('tuleap_front_route');
        for (;;) {
            $texts = $this->ask($route, $method);
            if ($route->outcome !== $ffi->TULEAP_FRONT_ROUTE_ASK) {
                break;
            }
            $path = self::span($texts, $route->file);
            $this->known[$path] = self::kind($files($path));
        }
        return $route->request_reason === 0
            ? self::read($route, $texts)
            : Request::refused($route->http_status, $route->request_reason);
    }

    /** @param \Closure(string): string $files */
    public function explain(\Closure $files): RouteExplanation|RequestRefusal
    {
        $route = $this->route($files, 'GET');
        if ($route instanceof RequestRefusal) {
            return $route;
        }
        $ffi = Library::ffi();
        [$known, $count, $keep] = Memory::files($this->known);
        $write = fn (int $format): string => Text::read(
            fn (CData $out, int $cap): int => $ffi->tuleap_front_routes_explain(
                $this->routes,
                $this->target,
                \strlen($this->target),
                $this->flags,
                $known,
                $count,
                $format,
                $out,
                $cap,
            ),
        );
        return new RouteExplanation(
            $write($ffi->TULEAP_FRONT_FORMAT_JSON),
            $write($ffi->TULEAP_FRONT_FORMAT_TEXT),
        );
    }

    private function ask(CData $route, string $method): string
    {
        $ffi = Library::ffi();
        [$known, $count, $keep] = Memory::files($this->known);
        return Text::read(
            fn (CData $out, int $cap): int => $ffi->tuleap_front_routes_route_known(
                $this->routes,
                $this->target,
                \strlen($this->target),
                $this->flags,
                $method,
                \strlen($method),
                $known,
                $count,
                FFI::addr($route),
                $out,
                $cap,
            ),
        );
    }

    private static function kind(string $kind): int
    {
        $ffi = Library::ffi();
        return match ($kind) {
            'directory' => $ffi->TULEAP_FRONT_FILE_DIRECTORY,
            'file' => $ffi->TULEAP_FRONT_FILE_FILE,
            'missing' => $ffi->TULEAP_FRONT_FILE_MISSING,
            default => throw Text::argument('a path is file, directory or missing'),
        };
    }

    private static function read(CData $route, string $texts): Route
    {
        $ffi = Library::ffi();
        $text = static fn (CData $of): ?string => $of->ptr === null ? null : Text::of($of);
        $span = static fn (CData $of): ?string => $of->length === 0 ? null : self::span($texts, $of);
        $reason = $ffi->tuleap_front_route_reason_code($route->reason);
        return new Route(
            self::OUTCOMES[$route->outcome],
            self::span($texts, $route->uri),
            Text::of($route->args),
            $route->is_allowed === 1,
            $route->internal_redirects,
            $text($route->backend),
            $span($route->file),
            $text($route->document_root),
            $span($route->script_name),
            $route->http_status === 0 ? null : $route->http_status,
            $span($route->location),
            $reason === null ? null : substr(strrchr($reason, '/'), 1),
            $text($route->action),
            // None is SIZE_MAX, which PHP sees as -1.
            $route->location_index < 0 ? null : $route->location_index,
        );
    }

    private static function span(string $texts, CData $span): string
    {
        return substr($texts, $span->offset, $span->length);
    }
}
