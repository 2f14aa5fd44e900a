<?php

declare(strict_types=1);

namespace TuleapFront;

use FFI;
use FFI\CData;
use TuleapFront\Internal\Request;
use TuleapFront\Internal\Text;

/** What nginx's $host becomes of a Host: lower case, without port and without one final dot. */
final readonly class NginxHost implements \Stringable
{
    private function __construct(public string $host)
    {
    }

    /**
     * Reads the value of a Host, or the host of an absolute target, or says what nginx answers.
     *
     * @param string $rules "current" or "1.22", where versions of nginx answer otherwise
     *
     * @throws TuleapFrontException for other rules
     * @throws LibraryException
     */
    public static function parse(string $value, string $rules = 'current'): self|RequestRefusal
    {
        $ffi = Library::ffi();
        $number = Text::nginxRules($rules);
        $reason = $ffi->new('uint32_t');
        $host = Request::uri(static fn (CData $out, int $cap): int => $ffi->tuleap_front_nginx_host_parse(
            $value,
            \strlen($value),
            $number,
            FFI::addr($reason),
            $out,
            $cap,
        ));
        return $host === null ? Request::refused(400, $reason->cdata) : new self($host);
    }

    public function __toString(): string
    {
        return $this->host;
    }
}
