<?php

declare(strict_types=1);

namespace TuleapFront;

use FFI;
use TuleapFront\Internal\Faults;

/**
 * The shared library behind every class of this package: found, loaded and checked once per
 * process (command line) or request (php-fpm). Nothing has to be called: the first object does it.
 *
 * Where php-fpm preloads it, the preloaded one is used; otherwise the files of this package are.
 * Every fault is a LibraryException that says which lines of php.ini to set.
 */
final class Library
{
    /** @internal The version of the C border that this code is written for. */
    public const ABI_VERSION = 1;

    /** @internal What the header calls itself, for FFI::scope(). */
    public const SCOPE = 'TULEAP_FRONT';

    /** @internal Loaded already? The calls of every request look here first. */
    public static ?FFI $ffi = null;

    /** @var array{string, string}|null */
    private static ?array $files = null;

    private function __construct()
    {
    }

    /**
     * The library's version, such as "0.1.0".
     *
     * @throws LibraryException
     */
    public static function version(): string
    {
        return self::ffi()->tuleap_front_version();
    }

    /**
     * Takes header and library from elsewhere than this package and from elsewhere than the
     * preloaded ones: for distributions that keep libraries in a place of their own, and for
     * systems this package has no library for. To be called before anything else.
     *
     * @throws LibraryException when a library is loaded already
     */
    public static function useFiles(string $header, string $library): void
    {
        if (self::$ffi !== null) {
            throw Faults::loadedAlready();
        }
        self::$files = [$header, $library];
    }

    /**
     * @internal
     *
     * @throws LibraryException
     */
    public static function ffi(): FFI
    {
        return self::$ffi ??= self::load();
    }

    /**
     * @internal Header and library of this package, or those of useFiles().
     *
     * @return array{string, string}
     */
    public static function files(): array
    {
        $folder = \dirname(__DIR__) . '/lib';
        $platform = strtolower(\PHP_OS_FAMILY) . '-' . php_uname('m');
        return self::$files ?? ["$folder/tuleap_front.h", "$folder/$platform/libtuleap_front.so"];
    }

    private static function load(): FFI
    {
        if (!\extension_loaded('ffi')) {
            throw Faults::noExtension();
        }
        $ffi = (self::$files === null ? self::preloaded() : null) ?? self::fromFiles();
        self::check($ffi);
        return $ffi;
    }

    private static function preloaded(): ?FFI
    {
        try {
            return FFI::scope(self::SCOPE);
        } catch (FFI\Exception $exception) {
            // Either nobody preloaded it, or this code may not even ask.
            return Faults::isRestricted($exception) ? throw Faults::restricted($exception) : null;
        }
    }

    private static function fromFiles(): FFI
    {
        [$header, $library] = self::files();
        if (!is_readable($header)) {
            throw Faults::noHeader($header);
        }
        if (!is_readable($library)) {
            throw Faults::noLibrary($library);
        }
        try {
            return FFI::cdef((string) file_get_contents($header), (string) realpath($library));
        } catch (FFI\Exception $exception) {
            throw Faults::notLoaded($exception, $library);
        }
    }

    /** Code, header and library must be of one version, or calls would go astray. */
    private static function check(FFI $ffi): void
    {
        $library = $ffi->tuleap_front_abi_version();
        $header = $ffi->TULEAP_FRONT_ABI_VERSION;
        if ($library !== self::ABI_VERSION || $header !== self::ABI_VERSION) {
            throw Faults::wrongVersion(self::ABI_VERSION, $header, $library);
        }
    }
}
