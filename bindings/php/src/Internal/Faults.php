<?php

declare(strict_types=1);

namespace TuleapFront\Internal;

use TuleapFront\LibraryException;

/** @internal Why the library cannot be used, in plain words. */
final class Faults
{
    public static function noExtension(): LibraryException
    {
        return new LibraryException(
            'library/no-ffi',
            "PHP's extension ffi is not loaded",
            "set in php.ini:\n  extension=ffi",
        );
    }

    public static function noHeader(string $header): LibraryException
    {
        return new LibraryException(
            'library/missing-header',
            "the header $header is missing or cannot be read",
            'install the package again, or name the header with Library::useFiles()',
        );
    }

    public static function noLibrary(string $library): LibraryException
    {
        return new LibraryException(
            'library/missing-library',
            "the library $library is missing or cannot be read",
            'install the package again; for a system it has no library for, '
                . '`cargo xtask build c --prefix DIR` makes one, and Library::useFiles() takes it',
        );
    }

    public static function loadedAlready(): LibraryException
    {
        return new LibraryException(
            'library/loaded-already',
            'Library::useFiles() comes too late: a library is loaded already',
            'call it before the first object of this package is made',
        );
    }

    public static function wrongVersion(int $code, int $header, int $library): LibraryException
    {
        return new LibraryException(
            'library/wrong-version',
            "the versions differ: this code is for ABI $code, the header for ABI $header, "
                . "the library for ABI $library",
            'install the package as a whole; where php-fpm preloads it, '
                . 'run vendor/bin/tuleap-front-php-ini again and restart php-fpm',
        );
    }

    public static function notLoaded(\FFI\Exception $exception, string $library): LibraryException
    {
        if (self::isRestricted($exception)) {
            return self::restricted($exception);
        }
        $text = $exception->getMessage();
        if (str_contains($text, 'Failed resolving')) {
            return new LibraryException(
                'library/wrong-version',
                "the library $library lacks what the header declares: $text",
                'install the package as a whole: header and library of one version',
                $exception,
            );
        }
        return new LibraryException(
            'library/not-loaded',
            "the library $library does not load: $text",
            'it must be built for this system: `cargo xtask build c --prefix DIR`',
            $exception,
        );
    }

    public static function isRestricted(\FFI\Exception $exception): bool
    {
        return str_contains($exception->getMessage(), 'ffi.enable');
    }

    public static function restricted(\FFI\Exception $exception): LibraryException
    {
        $setting = strtolower((string) \ini_get('ffi.enable'));
        if (\in_array($setting, ['', '0', 'off', 'no', 'false'], true)) {
            return new LibraryException(
                'library/ffi-disabled',
                'ffi.enable=0 in php.ini forbids FFI to every script',
                "set in php.ini:\n" . self::indented(PhpIni::lines()),
                $exception,
            );
        }
        return new LibraryException(
            'library/not-preloaded',
            'ffi.enable=preload in php.ini allows FFI to preloaded files alone, '
                . 'and this package is not preloaded',
            'run vendor/bin/tuleap-front-php-ini, which writes the header named below; '
                . "set in php.ini, then restart php-fpm:\n" . self::indented(PhpIni::lines()),
            $exception,
        );
    }

    private static function indented(string $lines): string
    {
        return '  ' . str_replace("\n", "\n  ", rtrim($lines));
    }
}
