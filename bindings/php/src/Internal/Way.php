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
 * again with one more answer, until it has no question.
 */
final class Way
{
    private const OUTCOMES = ['refuse', 'proxy', 'fastcgi', 'file', 'redirect'];

    /** @var list<int> what was answered, each a tuleap_front_file_kind */
    private array $answers = [];

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
            $this->answers[] = self::kind($files(self::span($texts, $route->file)));
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
        $answers = Memory::numbers($this->answers);
        $write = fn (int $format): string => Text::read(
            fn (CData $out, int $cap): int => $ffi->tuleap_front_routes_explain(
                $this->routes,
                $this->target,
                \strlen($this->target),
                $this->flags,
                $answers,
                \count($this->answers),
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
        $answers = Memory::numbers($this->answers);
        return Text::read(
            fn (CData $out, int $cap): int => $ffi->tuleap_front_routes_route_answered(
                $this->routes,
                $this->target,
                \strlen($this->target),
                $this->flags,
                $method,
                \strlen($method),
                $answers,
                \count($this->answers),
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
            $span($route->backend_target),
        );
    }

    private static function span(string $texts, CData $span): string
    {
        return substr($texts, $span->offset, $span->length);
    }
}
