<?php

declare(strict_types=1);

namespace TuleapFront\Internal;

use TuleapFront\Library;

/** @internal The lines of php.ini by which php-fpm preloads this package. */
final class PhpIni
{
    /** Where the header for preloading stands unless told otherwise. */
    public static function defaultHeader(): string
    {
        return \dirname(__DIR__, 2) . '/lib/tuleap_front.php.h';
    }

    /**
     * The lines, the last one for masters that run as root.
     *
     * @param string|null $header the header for preloading
     */
    public static function lines(?string $header = null, string $user = 'www-data'): string
    {
        $preload = \dirname(__DIR__, 2) . '/preload.php';
        $own = (string) \ini_get('opcache.preload');
        $line = $own === '' || $own === $preload
            ? "opcache.preload=$preload"
            : "; opcache.preload=$own stays; add to that file: require_once '$preload';";
        return "ffi.enable=preload\n"
            . 'ffi.preload=' . ($header ?? self::defaultHeader()) . "\n"
            . "opcache.enable=1\n$line\nopcache.preload_user=$user\n";
    }

    /** The header with the library's whole path: PHP does not look for it beside the header. */
    public static function header(): string
    {
        [$header, $library] = Library::files();
        if (!is_readable($header)) {
            throw Faults::noHeader($header);
        }
        $text = (string) file_get_contents($header);
        $path = realpath($library);
        if ($path === false) {
            throw Faults::noLibrary($library);
        }
        $line = static fn (): string => "#define FFI_LIB \"$path\"";
        return (string) preg_replace_callback('/^#define FFI_LIB .*$/m', $line, $text, 1);
    }
}
