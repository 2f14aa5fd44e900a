<?php

declare(strict_types=1);

namespace TuleapFront;

use FFI\CData;
use TuleapFront\Internal\Handle;
use TuleapFront\Internal\NotSerializable;
use TuleapFront\Internal\Status;
use TuleapFront\Internal\Text;
use TuleapFront\Internal\Warnings;

/**
 * What Tuleap's own address extractor answers, text in, text out: for shadow running only.
 * compare() says where the strict answer differs: log that for a while, then switch. Never use
 * this class for a decision.
 */
final readonly class TuleapCompat
{
    use NotSerializable;

    private Handle $handle;

    /**
     * Reads the setting as Tuleap does: commas separate, nothing is refused.
     *
     * @param string $setting `sys_trusted_proxies`
     *
     * @throws LibraryException
     */
    public function __construct(string $setting)
    {
        $ffi = Library::ffi();
        $this->handle = Status::handle(
            'tuleap_front_tuleap_compat_free',
            static fn (): ?CData => $ffi->tuleap_front_tuleap_compat_new($setting, \strlen($setting)),
        );
    }

    /**
     * The whole header if the peer matches an entry, the peer otherwise; empty without a peer.
     *
     * @param string|null $remoteAddr REMOTE_ADDR, if it is set
     * @param string|null $forwardedFor HTTP_X_FORWARDED_FOR, if it is set
     */
    public function resolve(?string $remoteAddr, ?string $forwardedFor): string
    {
        $ffi = Library::ffi();
        return Text::read(
            fn (CData $out, int $cap): int => $ffi->tuleap_front_tuleap_compat_resolve(
                $this->handle->pointer,
                $remoteAddr,
                \strlen($remoteAddr ?? ''),
                $forwardedFor,
                \strlen($forwardedFor ?? ''),
                $out,
                $cap,
            ),
        );
    }

    /** Both answers, side by side. */
    public function compare(
        ClientIpResolver $resolver,
        ?string $remoteAddr,
        ?string $forwardedFor,
    ): TuleapComparison {
        $ffi = Library::ffi();
        $differs = Status::check($ffi->tuleap_front_tuleap_compat_compare(
            $this->handle->pointer,
            Handle::of($resolver),
            $remoteAddr,
            \strlen($remoteAddr ?? ''),
            $forwardedFor,
            \strlen($forwardedFor ?? ''),
            null,
        ));
        return new TuleapComparison(
            $this->resolve($remoteAddr, $forwardedFor),
            $resolver->resolveValues($remoteAddr, $forwardedFor),
            $differs === 1,
        );
    }

    /**
     * The entries that the strict list reads differently or refuses.
     *
     * @return list<Warning>
     */
    public function warnings(): array
    {
        return Warnings::read('tuleap_front_tuleap_compat', $this->handle->pointer, false);
    }
}
