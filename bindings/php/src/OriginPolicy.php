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
 * Which facts about the origin may come from a trusted peer's headers. By default only the scheme.
 * Headers of a peer that is not trusted are never read.
 */
final readonly class OriginPolicy
{
    use NotSerializable;

    /** By bit of tuleap_front_note. */
    private const NOTES = [
        1 => 'proto-invalid',
        2 => 'proto-too-few',
        4 => 'host-not-allowed',
        8 => 'host-invalid',
        16 => 'port-invalid',
    ];

    private Handle $handle;

    /**
     * @param bool $forwardedScheme reads X-Forwarded-Proto, or proto= of Forwarded
     * @param int $protoHops the n-th value of X-Forwarded-Proto from the right, 1 to 255, where
     *     inner proxies append
     * @param array<string>|null $allowedHosts the hosts a request may be for: names, and
     *     `.example.org` for a domain and below; null allows any host of the listener's own
     * @param bool $forwardedHost reads X-Forwarded-Host, or host= of Forwarded, and checks it
     *     against the allowed hosts, which must be given
     * @param bool $forwardedPort reads X-Forwarded-Port
     *
     * @throws TuleapFrontException
     * @throws LibraryException
     */
    public function __construct(
        bool $forwardedScheme = true,
        int $protoHops = 1,
        ?array $allowedHosts = null,
        bool $forwardedHost = false,
        bool $forwardedPort = false,
    ) {
        $ffi = Library::ffi();
        $flags = ($forwardedScheme ? 0 : $ffi->TULEAP_FRONT_ORIGIN_KEEP_SCHEME)
            | ($forwardedHost ? $ffi->TULEAP_FRONT_ORIGIN_READ_HOST : 0)
            | ($forwardedPort ? $ffi->TULEAP_FRONT_ORIGIN_READ_PORT : 0);
        $protoHops = Text::count('protoHops', $protoHops);
        $hosts = Text::joined('allowedHosts', $allowedHosts ?? [], ", \t\r\n", '?');
        if ($allowedHosts === []) {
            // An empty list allows no host, which the library refuses where it reads one.
            $flags |= $ffi->TULEAP_FRONT_ORIGIN_READ_HOST;
        }
        $this->handle = Status::handle(
            'tuleap_front_origin_policy_free',
            fn (?CData $problem, ?CData $message, int $cap): ?CData
                => $ffi->tuleap_front_origin_policy_new(
                    $flags,
                    $protoHops,
                    $hosts,
                    \strlen($hosts),
                    $problem,
                    $message,
                    $cap,
                ),
        );
    }

    /**
     * The origin of a request. Its host is null if it is not an allowed one: answer 400 or 421.
     *
     * @param string|null $peer the socket's other end
     * @param Headers|array<string|int, string|array<string>> $headers
     * @param Origin $local what the listener knows by itself, such as Origin::fromServerParams()
     */
    public function origin(
        ClientIpResolver $resolver,
        ?string $peer,
        Headers|array $headers,
        Origin $local,
    ): Origin {
        $ffi = Library::ffi();
        $memory = Memory::headers($headers);
        [$listener, $keep] = Memory::local($local);
        $origin = $ffi->new('tuleap_front_origin');
        $host = Text::read(
            fn (CData $out, int $cap): int => $ffi->tuleap_front_origin_resolve(
                $this->handle->pointer,
                Handle::of($resolver),
                $peer,
                \strlen($peer ?? ''),
                $memory->places,
                $memory->count,
                FFI::addr($listener),
                FFI::addr($origin),
                $out,
                $cap,
            ),
            $ffi->TULEAP_FRONT_STATUS_HOST_REFUSED,
        );
        $scheme = $origin->scheme === $ffi->TULEAP_FRONT_SCHEME_HTTPS ? 'https' : 'http';
        return new Origin($scheme, $host, $origin->port, self::notes($origin->notes));
    }

    /** @return list<string> */
    private static function notes(int $bits): array
    {
        $isSet = static fn (int $bit): bool => ($bits & $bit) !== 0;
        return array_values(array_filter(self::NOTES, $isSet, \ARRAY_FILTER_USE_KEY));
    }
}
