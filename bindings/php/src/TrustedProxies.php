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
 * The proxies whose forwarding headers count: Tuleap's `sys_trusted_proxies`, compiled.
 *
 * Entries are addresses, networks (`10.0.0.0/8`), the names `loopback`, `linklocal`,
 * `uniquelocal`, `private_ranges` and `cgnat`, and `unix:` for local sockets. Commas, white space
 * and line ends separate them; `#` starts a comment. An empty list trusts nobody. A list that is
 * not right is refused as a whole: it never becomes a weaker one.
 *
 * List proxies, not the networks they stand in: whoever is inside a trusted network can name any
 * client.
 */
final readonly class TrustedProxies implements \Stringable
{
    use NotSerializable;

    private Handle $handle;

    /**
     * @param string $text the list, UTF-8
     * @param bool $allowTrustAll may the list hold a whole address family?
     * @param bool $commasOnly do commas alone separate, so that white space is a fault?
     *
     * @throws TuleapFrontException which entry is wrong, where, and what to write instead
     * @throws LibraryException
     */
    public function __construct(string $text, bool $allowTrustAll = false, bool $commasOnly = false)
    {
        $ffi = Library::ffi();
        $flags = ($allowTrustAll ? $ffi->TULEAP_FRONT_LIST_ALLOW_TRUST_ALL : 0)
            | ($commasOnly ? $ffi->TULEAP_FRONT_LIST_COMMAS_ONLY : 0);
        $this->handle = Status::handle(
            'tuleap_front_trusted_proxies_free',
            fn (?CData $problem, ?CData $message, int $cap): ?CData
                => $ffi->tuleap_front_trusted_proxies_parse(
                    $text,
                    \strlen($text),
                    $flags,
                    $problem,
                    $message,
                    $cap,
                ),
        );
    }

    /**
     * Is this address one of our proxies? An IPv4-mapped address is looked up as IPv4.
     *
     * @throws TuleapFrontException for text that is no address
     */
    public function contains(string $address): bool
    {
        $answer = Library::ffi()->tuleap_front_trusted_proxies_contains(
            $this->handle->pointer,
            $address,
            \strlen($address),
        );
        return Status::check($answer) === 1;
    }

    /** Are peers on a local socket trusted? Only `unix:` says so; no network does. */
    public function trustsUnixSocket(): bool
    {
        return $this->contains('unix:');
    }

    /** Is nobody trusted? */
    public function isEmpty(): bool
    {
        return (string) $this === '';
    }

    /**
     * The trusted networks, each with its prefix: as few as possible, IPv4 first, lowest first.
     *
     * @return list<string>
     */
    public function networks(): array
    {
        $ffi = Library::ffi();
        $text = Text::read(
            fn (CData $out, int $cap): int
                => $ffi->tuleap_front_trusted_proxies_networks($this->handle->pointer, $out, $cap),
        );
        return $text === '' ? [] : explode(',', $text);
    }

    /**
     * What is risky about this list.
     *
     * @return list<Warning>
     */
    public function warnings(): array
    {
        return Warnings::read('tuleap_front_trusted_proxies', $this->handle->pointer, true);
    }

    /** The merged list, in the syntax of the setting: what it reads back as trusts the same peers. */
    public function __toString(): string
    {
        $ffi = Library::ffi();
        return Text::read(
            fn (CData $out, int $cap): int
                => $ffi->tuleap_front_trusted_proxies_text($this->handle->pointer, $out, $cap),
        );
    }
}
