<?php

declare(strict_types=1);

namespace TuleapFront;

use FFI\CData;
use TuleapFront\Internal\Handle;
use TuleapFront\Internal\NotSerializable;
use TuleapFront\Internal\Request;
use TuleapFront\Internal\Status;
use TuleapFront\Internal\Text;
use TuleapFront\Internal\Way;

/**
 * Which server or which file answers a request: the locations of an nginx server, and what each
 * does.
 */
final readonly class Routes implements \Stringable
{
    use NotSerializable;

    private const FREE = 'tuleap_front_routes_free';

    private Handle $handle;

    /**
     * @param string $routes one location a line: modifier, pattern, and what it does; the Rust
     *     documentation lists the words
     *
     * @throws TuleapFrontException which line is wrong, where, and what to write instead
     * @throws LibraryException
     */
    public function __construct(string $routes)
    {
        $ffi = Library::ffi();
        $this->handle = Status::handle(
            self::FREE,
            static fn (?CData $problem, ?CData $message, int $cap): ?CData
                => $ffi->tuleap_front_routes_parse($routes, \strlen($routes), $problem, $message, $cap),
        );
    }

    /** The distributed set-up as it is right today. */
    public static function recommended(): self
    {
        return self::made(static fn (): ?CData => Library::ffi()->tuleap_front_routes_recommended());
    }

    /**
     * The locations of Tuleap's deployment guide.
     *
     * @param string $guide "reverse-proxy" or "distributed"
     * @param string $root of the two locations / of the distributed one: "proxy" asks the web
     *     backend, "try-files" looks for files
     *
     * @throws TuleapFrontException for another guide or root
     */
    public static function documented(string $guide, string $root = 'proxy'): self
    {
        $ffi = Library::ffi();
        $of = Text::guide($guide);
        $location = match ($root) {
            'proxy' => $ffi->TULEAP_FRONT_ROOT_PROXY,
            'try-files' => $ffi->TULEAP_FRONT_ROOT_TRY_FILES,
            default => throw Text::argument('root must be proxy or try-files'),
        };
        return self::made(static fn (): ?CData => $ffi->tuleap_front_routes_documented($of, $location));
    }

    /**
     * The names of the backends, each once.
     *
     * @return list<string>
     */
    public function backends(): array
    {
        $ffi = Library::ffi();
        $names = Text::read(fn (CData $out, int $cap): int
            => $ffi->tuleap_front_routes_backends($this->handle->pointer, $out, $cap));
        return $names === '' ? [] : explode("\n", rtrim($names, "\n"));
    }

    /**
     * The way of a request; what nginx refuses before it looks for a location is a refusal.
     *
     * @param \Closure(string): string $files says what a path is: "file", "directory" or "missing"
     * @param string $method the method
     * @param bool $mergeSlashes nginx's merge_slashes
     *
     * @throws TuleapFrontException for an answer of files that is none
     */
    public function route(
        string $target,
        \Closure $files,
        string $method = 'GET',
        bool $mergeSlashes = true,
    ): Route|RequestRefusal {
        $way = new Way($this->handle->pointer, $target, Request::flags($mergeSlashes));
        return $way->route($files, $method);
    }

    /**
     * The same with every step.
     *
     * @param \Closure(string): string $files says what a path is: "file", "directory" or "missing"
     *
     * @throws TuleapFrontException for an answer of files that is none
     */
    public function explain(
        string $target,
        \Closure $files,
        bool $mergeSlashes = true,
    ): RouteExplanation|RequestRefusal {
        $way = new Way($this->handle->pointer, $target, Request::flags($mergeSlashes));
        return $way->explain($files);
    }

    /** As it is read, one location a line. */
    public function __toString(): string
    {
        $ffi = Library::ffi();
        return Text::read(fn (CData $out, int $cap): int
            => $ffi->tuleap_front_routes_text($this->handle->pointer, $out, $cap));
    }

    /** @param \Closure(): ?CData $make */
    private static function made(\Closure $make): self
    {
        $routes = (new \ReflectionClass(self::class))->newInstanceWithoutConstructor();
        $routes->handle = Status::handle(self::FREE, $make);
        return $routes;
    }
}
