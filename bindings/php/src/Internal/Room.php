<?php

declare(strict_types=1);

namespace TuleapFront\Internal;

use FFI;
use FFI\CData;
use TuleapFront\ClientIp;
use TuleapFront\Library;

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

    /** The name of a reason, without the noun of its code. */
    private static function reason(int $reason): string
    {
        $code = Library::ffi()->tuleap_front_reason_code($reason) ?? '/other';
        return self::$reasons[$reason] = substr($code, strpos($code, '/') + 1);
    }
}
