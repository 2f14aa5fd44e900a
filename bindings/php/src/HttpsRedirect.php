<?php

declare(strict_types=1);

namespace TuleapFront;

use FFI;
use FFI\CData;
use TuleapFront\Internal\Handle;
use TuleapFront\Internal\NotSerializable;
use TuleapFront\Internal\Status;
use TuleapFront\Internal\Text;

/**
 * Sends requests over plain http to https: to the configured host, never to one that the request
 * names, with the request's own target behind it, byte for byte.
 */
final readonly class HttpsRedirect
{
    use NotSerializable;

    private const FREE = 'tuleap_front_https_redirect_free';

    private Handle $handle;

    /**
     * @param string $origin a host, `host:port`, or `https://` and one of them
     * @param string|null $status "by-safety": 301 for the methods that a client may repeat as a GET,
     *     308 for all others; or one of "moved-permanently", "found", "see-other",
     *     "temporary-redirect", "permanent-redirect". null is "by-safety"
     * @param string $nginx "current" or "1.22", where versions answer otherwise
     *
     * @throws TuleapFrontException what is wrong, and what to write instead
     * @throws LibraryException
     */
    public function __construct(string $origin, ?string $status = null, string $nginx = 'current')
    {
        $ffi = Library::ffi();
        [$number, $rules] = [self::status($status), Text::nginxRules($nginx)];
        $this->handle = Status::handle(
            self::FREE,
            static fn (?CData $problem, ?CData $message, int $cap): ?CData
                => $ffi->tuleap_front_https_redirect_new(
                    $origin,
                    \strlen($origin),
                    $number,
                    $rules,
                    $problem,
                    $message,
                    $cap,
                ),
        );
    }

    /**
     * What the nginx lines of Tuleap's deployment guide answer: with `:443` in the guide to the
     * reverse proxy, without it in that to the distributed set-up.
     *
     * @param string $guide "reverse-proxy" or "distributed"
     * @param string $serverName the value of server_name
     * @param string|null $status another than the guide's 301
     * @param string $nginx "current" or "1.22", where versions answer otherwise
     *
     * @throws TuleapFrontException for another guide, or a name with which nginx does not start
     */
    public static function documented(
        string $guide,
        string $serverName,
        ?string $status = null,
        string $nginx = 'current',
    ): self {
        $ffi = Library::ffi();
        [$of, $number, $rules] = [Text::guide($guide), self::status($status), Text::nginxRules($nginx)];
        $redirect = (new \ReflectionClass(self::class))->newInstanceWithoutConstructor();
        $redirect->handle = Status::handle(
            self::FREE,
            static fn (?CData $problem, ?CData $message, int $cap): ?CData
                => $ffi->tuleap_front_https_redirect_documented(
                    $of,
                    $serverName,
                    \strlen($serverName),
                    $number,
                    $rules,
                    $problem,
                    $message,
                    $cap,
                ),
        );
        return $redirect;
    }

    /**
     * Decides about a request.
     *
     * @param string $scheme what the client speaks to the site, "http" or "https"; behind a load
     *     balancer that of OriginPolicy::origin()
     * @param string $method the method, as it was sent
     * @param string $target the request target, as it was sent: `$_SERVER['REQUEST_URI']`
     *
     * @throws TuleapFrontException for another scheme
     */
    public function decide(string $scheme, string $method, string $target): RedirectDecision
    {
        $ffi = Library::ffi();
        $decision = $ffi->new('tuleap_front_redirect_decision');
        Status::check($ffi->tuleap_front_https_redirect_decide(
            $this->handle->pointer,
            Text::scheme($scheme),
            $method,
            \strlen($method),
            $target,
            \strlen($target),
            FFI::addr($decision),
        ));
        $action = match ($decision->action) {
            $ffi->TULEAP_FRONT_REDIRECT_STAY => 'stay',
            $ffi->TULEAP_FRONT_REDIRECT_REDIRECT => 'redirect',
            default => 'refuse',
        };
        return new RedirectDecision(
            $action,
            $ffi->tuleap_front_redirect_reason_code($decision->reason) ?? 'https-redirect/other',
            Text::read(static fn (CData $out, int $cap): int
                => $ffi->tuleap_front_redirect_reason_text($decision->reason, $out, $cap)),
            $action === 'stay' ? null : $decision->http_status,
            $action !== 'redirect' ? null : Text::read(static fn (CData $out, int $cap): int
                => $ffi->tuleap_front_redirect_location(FFI::addr($decision), $out, $cap)),
        );
    }

    /**
     * The decision with what led to it.
     *
     * @throws TuleapFrontException for a scheme that is none
     */
    public function explain(string $scheme, string $method, string $target): RedirectExplanation
    {
        $ffi = Library::ffi();
        $number = Text::scheme($scheme);
        $write = fn (int $format): string => Text::read(
            fn (CData $out, int $cap): int => $ffi->tuleap_front_https_redirect_explain(
                $this->handle->pointer,
                $number,
                $method,
                \strlen($method),
                $target,
                \strlen($target),
                $format,
                $out,
                $cap,
            ),
        );
        return new RedirectExplanation(
            $write($ffi->TULEAP_FRONT_FORMAT_JSON),
            $write($ffi->TULEAP_FRONT_FORMAT_TEXT),
        );
    }

    private static function status(?string $status): int
    {
        $ffi = Library::ffi();
        return match ($status) {
            null => $ffi->TULEAP_FRONT_REDIRECT_STATUS_DEFAULT,
            'by-safety' => $ffi->TULEAP_FRONT_REDIRECT_STATUS_BY_SAFETY,
            'moved-permanently' => $ffi->TULEAP_FRONT_REDIRECT_STATUS_MOVED_PERMANENTLY,
            'found' => $ffi->TULEAP_FRONT_REDIRECT_STATUS_FOUND,
            'see-other' => $ffi->TULEAP_FRONT_REDIRECT_STATUS_SEE_OTHER,
            'temporary-redirect' => $ffi->TULEAP_FRONT_REDIRECT_STATUS_TEMPORARY_REDIRECT,
            'permanent-redirect' => $ffi->TULEAP_FRONT_REDIRECT_STATUS_PERMANENT_REDIRECT,
            default => throw Text::argument('status must be by-safety or the name of a redirect'),
        };
    }
}
