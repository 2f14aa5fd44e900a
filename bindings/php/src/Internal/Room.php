<?php

declare(strict_types=1);

namespace TuleapFront\Internal;

use FFI;
use FFI\CData;
use TuleapFront\ClientIp;
use TuleapFront\Library;
use TuleapFront\TuleapFrontException;

/**
 * @internal Room for one answer of the library, with the views of it that every call needs.
 *
 * It is taken for a call and given back after it, not shared: a signal handler may run, and ask,
 * between the call and the reading. What is not given back is made anew.
 */
final class Room
{
    /** By tuleap_front_kind. */
    private const KINDS = ['none', 'direct', 'forwarded', 'edge', 'unnamed'];

    /** The one that waits for the next call. */
    private static ?self $free = null;

    /** @var array<int, string> the names of reasons by tuleap_front_reason, as far as they were met */
    private static array $reasons = [];

    private readonly CData $answer;

    private readonly CData $client;

    private readonly CData $pointer;

    private function __construct()
    {
        $this->answer = Library::ffi()->new('tuleap_front_answer');
        $this->client = $this->answer->client;
        $this->pointer = FFI::addr($this->answer);
    }

    /**
     * Answers from one value of the one header that names the client, or from header lines. For
     * every request, so without a step that is not needed: the steps are what costs.
     */
    public static function ask(
        ?CData $resolver,
        ?string $peer,
        ?string $value,
        ?Memory $headers = null,
    ): ClientIp {
        $ffi = Library::$ffi ?? Library::ffi();
        $room = self::$free ?? new self();
        self::$free = null;
        $length = $peer === null ? 0 : \strlen($peer);
        $address = $headers === null
            ? $ffi->tuleap_front_client_ip_answer(
                $resolver,
                $peer,
                $length,
                $value,
                $value === null ? 0 : \strlen($value),
                $room->pointer,
            )
            : $ffi->tuleap_front_client_ip_answer_headers(
                $resolver,
                $peer,
                $length,
                $headers->places,
                $headers->count,
                $room->pointer,
            );
        if ($address === null && $room->answer->status !== $ffi->TULEAP_FRONT_STATUS_NO_ADDRESS) {
            throw Status::exception($room->answer->status);
        }
        $client = $room->client;
        $port = $client->port;
        $reason = $client->reason;
        $answer = new ClientIp(
            $client->is_certain === 1 ? $address : null,
            $address,
            $port < 0 ? null : $port,
            self::KINDS[$client->kind],
            self::$reasons[$reason] ?? self::reason($reason),
            $client->hops,
        );
        self::$free = $room;
        return $answer;
    }

    /**
     * An answer on its way back into the library.
     *
     * @throws TuleapFrontException for a kind, a reason or an address that is none
     */
    public static function struct(ClientIp $client): CData
    {
        $ffi = Library::ffi();
        $address = $client->addrForLog === null ? '' : @inet_pton($client->addrForLog);
        $kind = array_search($client->kind, self::KINDS, true);
        if ($address === false || $kind === false) {
            throw Text::argument('the answer is not one of a resolver');
        }
        $struct = $ffi->new('tuleap_front_client_ip');
        FFI::memcpy($struct->addr, $address, \strlen($address));
        $struct->addr_len = \strlen($address);
        $struct->kind = $kind;
        $struct->is_certain = (int) $client->isCertain();
        $struct->hops = $client->hops;
        $struct->port = $client->port ?? -1;
        $struct->reason = self::reasonNumber($client->reason);
        return $struct;
    }

    /** The number of a reason, which mostly was met on the way in; 0 for a name that is none. */
    private static function reasonNumber(string $reason): int
    {
        $ffi = Library::ffi();
        $number = array_search($reason, self::$reasons, true);
        for ($next = 1; $number === false && $ffi->tuleap_front_reason_code($next) !== null; $next++) {
            $number = self::reason($next) === $reason ? $next : false;
        }
        return (int) $number;
    }

    /** The name of a reason, without the noun of its code. */
    private static function reason(int $reason): string
    {
        $code = Library::ffi()->tuleap_front_reason_code($reason) ?? '/other';
        return self::$reasons[$reason] = substr($code, strpos($code, '/') + 1);
    }
}
