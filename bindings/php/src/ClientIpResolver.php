<?php

declare(strict_types=1);

namespace TuleapFront;

use FFI\CData;
use TuleapFront\Internal\Handle;
use TuleapFront\Internal\Memory;
use TuleapFront\Internal\NotSerializable;
use TuleapFront\Internal\Room;
use TuleapFront\Internal\Status;
use TuleapFront\Internal\Text;
use TuleapFront\Internal\Warnings;

/**
 * Who is the client? Built once from configuration, asked for every request.
 *
 * The peer must be trusted before any header is looked at. Then the configured header is read
 * from the right: each entry was written by the host right of it, and the first that is not one
 * of ours is the client. An entry that names nobody ends the walk: the answer is then the farthest
 * host known and its kind "unnamed", which no access rule may use.
 */
final readonly class ClientIpResolver
{
    use NotSerializable;

    /** The list of trusted proxies. */
    public TrustedProxies $trusted;

    /** @var non-empty-list<string> the headers that are read, lower case, in order */
    public array $sources;

    private Handle $handle;

    /** Where `$_SERVER` has the one header that is read; null if there are several. */
    private ?string $variable;

    /**
     * @param TrustedProxies|string $trusted the list, or its text
     * @param array<string> $headers the headers that name the client, tried in this order. More
     *     than one is risky: warnings() says why
     * @param int|null $hops takes the n-th entry from the right, 1 to 255, for proxies whose
     *     addresses are not known; the peer must be in the list all the same
     * @param int $maxHops walks over at most so many of our own hops, 1 to 255
     * @param bool $dangerAnyPeer counts hops whatever the peer: whoever reaches the server directly
     *     names its own address
     *
     * @throws TuleapFrontException
     * @throws LibraryException
     */
    public function __construct(
        TrustedProxies|string $trusted,
        array $headers = ['x-forwarded-for'],
        ?int $hops = null,
        int $maxHops = 32,
        bool $dangerAnyPeer = false,
    ) {
        if ($dangerAnyPeer && $hops === null) {
            throw Text::argument('dangerAnyPeer counts hops: give hops too');
        }
        $ffi = Library::ffi();
        $this->trusted = \is_string($trusted) ? new TrustedProxies($trusted) : $trusted;
        $names = $headers === [] ? ':' : Text::joined('headers', $headers, ", \t\r\n", ':');
        $this->sources = explode(',', strtolower($names));
        $this->variable = \count($headers) > 1 ? null : 'HTTP_' . strtoupper(strtr($names, '-', '_'));
        $counts = [Text::count('hops', $hops), Text::count('maxHops', $maxHops)];
        $flags = $dangerAnyPeer ? $ffi->TULEAP_FRONT_RESOLVER_DANGER_ANY_PEER : 0;
        $this->handle = Status::handle(
            'tuleap_front_client_ip_resolver_free',
            fn (?CData $problem, ?CData $message, int $cap): ?CData
                => $ffi->tuleap_front_client_ip_resolver_new(
                    Handle::of($this->trusted),
                    $names,
                    \strlen($names),
                    $counts[0],
                    $counts[1],
                    $flags,
                    $problem,
                    $message,
                    $cap,
                ),
        );
    }

    /**
     * The client of the request that `$_SERVER` describes: in the place of Tuleap's
     * IPAddressExtractor::getIPAddressFromServerParams(). Reads REMOTE_ADDR and the variable of
     * the configured header, HTTP_X_FORWARDED_FOR unless told otherwise; changes neither.
     *
     * @param array<string|int, mixed> $server
     */
    public function fromServerParams(array $server): ClientIp
    {
        return $this->variable === null
            ? $this->resolve($server['REMOTE_ADDR'] ?? null, Headers::fromServerParams($server))
            : Room::ask(
                $this->handle->pointer,
                $server['REMOTE_ADDR'] ?? null,
                $server[$this->variable] ?? null,
            );
    }

    /**
     * Answers for a request.
     *
     * @param string|null $peer the socket's other end: a bare address, or `unix:`; anything else
     *     and null is an unknown peer. Never a header.
     * @param Headers|array<string|int, string|array<string>> $headers
     */
    public function resolve(?string $peer, Headers|array $headers): ClientIp
    {
        return Room::ask($this->handle->pointer, $peer, null, Memory::headers($headers));
    }

    /**
     * Answers from the values of the first configured header: the cheapest way to ask.
     *
     * @param string|array<string>|null $values the one value, or the value of each line in wire
     *     order; null where the header is absent
     */
    public function resolveValues(?string $peer, string|array|null $values): ClientIp
    {
        return \is_array($values)
            ? $this->resolve($peer, [$this->sources[0] => $values])
            : Room::ask($this->handle->pointer, $peer, $values);
    }

    /**
     * The same answer with the steps that lead to it. Not for every request.
     *
     * @param string|null $peer shown as it is where it is not an address
     * @param Headers|array<string|int, string|array<string>> $headers
     */
    public function explain(?string $peer, Headers|array $headers): Explanation
    {
        $ffi = Library::ffi();
        $headers = Headers::of($headers);
        $memory = Memory::headers($headers);
        $write = fn (int $format): string => Text::read(
            fn (CData $out, int $cap): int => $ffi->tuleap_front_client_ip_explain(
                $this->handle->pointer,
                $peer,
                \strlen($peer ?? ''),
                $memory->places,
                $memory->count,
                $format,
                $out,
                $cap,
            ),
        );
        return new Explanation(
            $this->resolve($peer, $headers),
            $write($ffi->TULEAP_FRONT_FORMAT_JSON),
            $write($ffi->TULEAP_FRONT_FORMAT_TEXT),
        );
    }

    /**
     * May this peer's headers be read?
     *
     * @throws TuleapFrontException for a peer that is neither an address nor `unix:`
     */
    public function trusts(string $peer): bool
    {
        $answer = Library::ffi()->tuleap_front_client_ip_resolver_trusts(
            $this->handle->pointer,
            $peer,
            \strlen($peer),
        );
        return Status::check($answer) === 1;
    }

    /**
     * What is risky about this configuration; the list has warnings of its own.
     *
     * @return list<Warning>
     */
    public function warnings(): array
    {
        return Warnings::read('tuleap_front_client_ip_resolver', $this->handle->pointer, false);
    }
}
