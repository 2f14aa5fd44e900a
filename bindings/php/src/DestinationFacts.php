<?php

declare(strict_types=1);

namespace TuleapFront;

/** What is known about a request whose `Destination` is read, or whose answer is. */
final readonly class DestinationFacts
{
    /** The Host that the next server is sent. */
    public ?string $forwardedHost;

    /**
     * @param string $method the method, as it was sent
     * @param string|null $host the client's Host, for public origins "auto"; null if there is none
     * @param string|null $forwardedHost the Host that the next server is sent, for a backend that is
     *     a scheme alone; null is the client's
     * @param string $scheme what the client speaks to the site, "https" or "http": read for
     *     Location alone
     *
     * @throws TuleapFrontException for another scheme
     */
    public function __construct(
        public string $method,
        public ?string $host = null,
        ?string $forwardedHost = null,
        public string $scheme = 'https',
    ) {
        if (!\in_array($scheme, ['http', 'https'], true)) {
            throw Internal\Text::argument('scheme must be http or https');
        }
        $this->forwardedHost = $forwardedHost ?? $host;
    }

    /**
     * The facts that `$_SERVER` holds: REQUEST_METHOD, HTTP_HOST and HTTPS.
     *
     * @param array<string|int, mixed> $server
     */
    public static function fromServerParams(array $server): self
    {
        $isHttps = !\in_array(strtolower((string) ($server['HTTPS'] ?? '')), ['', 'off'], true);
        return new self(
            (string) ($server['REQUEST_METHOD'] ?? ''),
            isset($server['HTTP_HOST']) ? (string) $server['HTTP_HOST'] : null,
            scheme: $isHttps ? 'https' : 'http',
        );
    }
}
