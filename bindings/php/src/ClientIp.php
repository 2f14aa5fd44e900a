<?php

declare(strict_types=1);

namespace TuleapFront;

/**
 * The answer: who the client is, how sure that is, and why.
 *
 * `$addr` is the short name because it is the safe one: it is there for the kinds `direct` and
 * `forwarded` only, so access rules, rate limits and sessions may use it as it is.
 */
final readonly class ClientIp implements \Stringable
{
    /**
     * @internal
     *
     * @param string|null $addr the client's address, if it is certain
     * @param string|null $addrForLog the nearest address known, whatever the kind: for logs only
     * @param int|null $port the client's port, where the hop that named it wrote one
     * @param string $kind how the address came about: "direct" (the socket's peer, which is not a
     *     proxy of ours), "forwarded" (named by a trusted hop), "edge" (one of our own hosts),
     *     "unnamed" (somebody behind this hop of ours), "none" (no address at all)
     * @param string $reason the rule that decided, such as "first-untrusted"
     * @param int $hops header entries accepted on the way, the answer's own included
     */
    public function __construct(
        public ?string $addr,
        public ?string $addrForLog,
        public ?int $port,
        public string $kind,
        public string $reason,
        public int $hops,
    ) {
    }

    /** May access rules use the address? True for the kinds `direct` and `forwarded`. */
    public function isCertain(): bool
    {
        return $this->addr !== null;
    }

    /** The stable name of the reason, such as "client-ip/first-untrusted". */
    public function code(): string
    {
        return "client-ip/$this->reason";
    }

    /** The address for logs, or `-` where there is none. */
    public function __toString(): string
    {
        return $this->addrForLog ?? '-';
    }
}
