<?php

declare(strict_types=1);

namespace TuleapFront;

use TuleapFront\Internal\Text;

/** What is known about a request that a cache is asked about. */
final readonly class CacheFacts
{
    /** The header. */
    public Headers $headers;

    /**
     * @param string $scheme how the connection reached the server, "http" or "https"
     * @param string $method the method, as it was sent
     * @param string $host nginx's $host: in lower case, without port and without one final dot
     * @param string $target the request target, as it was sent
     * @param Headers|array<string|int, string|array<string>> $headers
     * @param string $version the version of the request, as SERVER_PROTOCOL has it; '' for HTTP/0.9,
     *     which has none
     *
     * @throws TuleapFrontException for another scheme
     */
    public function __construct(
        public string $scheme,
        public string $method,
        public string $host,
        public string $target,
        Headers|array $headers = [],
        public string $version = 'HTTP/1.1',
    ) {
        if (!\in_array($scheme, ['http', 'https'], true)) {
            throw Text::argument('scheme must be http or https');
        }
        $this->headers = Headers::of($headers);
    }
}
