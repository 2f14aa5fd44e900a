<?php

declare(strict_types=1);

namespace TuleapFront;

/**
 * What becomes of a request: which server and which location take it, and what the next server is
 * sent. Where there is neither backend nor redirect, the server answers itself.
 */
final readonly class ServerAnswer
{
    /**
     * @internal
     *
     * @param int $server which server, from 0
     * @param string $serverName $server_name: the first name of the server
     * @param string $code why this server, the same in every language: "servers/exact"
     * @param string $text the same in words
     * @param string $host $host; the name of the server where the client names none
     * @param string $requestUri $request_uri
     * @param string $uri $uri, the decoded and normalized path
     * @param string $args $args
     * @param string|null $location the pattern of the location
     * @param string|null $backend scheme, host and port of the next server, as proxy_pass has them
     * @param string|null $target the request target that it is sent
     * @param list<array{string, string}> $lines name and value of the header lines that it is sent;
     *     a value may hold any byte
     * @param string|null $redirect where the client is sent to instead, by 301: path and query
     */
    public function __construct(
        public int $server,
        public string $serverName,
        public string $code,
        public string $text,
        public string $host,
        public string $requestUri,
        public string $uri,
        public string $args,
        public ?string $location,
        public ?string $backend,
        public ?string $target,
        public array $lines,
        public ?string $redirect,
    ) {
    }

    /** Why this server, by name: "exact". */
    public function reason(): string
    {
        return substr($this->code, strpos($this->code, '/') + 1);
    }
}
