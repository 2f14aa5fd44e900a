<?php

declare(strict_types=1);

namespace TuleapFront;

use TuleapFront\Internal\Text;

/** What is known about a request and the answer to it. */
final readonly class GzipFacts
{
    /** The header of the request. */
    public Headers $request;

    /** The header of the answer. */
    public Headers $response;

    /**
     * @param string $scheme what the client speaks to the site, "http" or "https"; behind a load
     *     balancer that of OriginPolicy::origin()
     * @param Headers|array<string|int, string|array<string>> $request the header of the request
     * @param int $status the status of the answer
     * @param Headers|array<string|int, string|array<string>> $response the header of the answer
     * @param int $now Unix seconds: time()
     * @param string $method the method, as it was sent
     * @param string $version the version of the client's request, as SERVER_PROTOCOL has it; '' for
     *     HTTP/0.9, which has none
     * @param int|string|null $length bytes of the content; "unknown"; null is as the header says
     *
     * @throws TuleapFrontException for a scheme, a status or a length that is none
     */
    public function __construct(
        public string $scheme,
        Headers|array $request,
        public int $status,
        Headers|array $response,
        public int $now,
        public string $method = 'GET',
        public string $version = 'HTTP/1.1',
        public int|string|null $length = null,
    ) {
        if (!\in_array($scheme, ['http', 'https'], true)) {
            throw Text::argument('scheme must be http or https');
        }
        if ($status < 0 || $status > 65535) {
            throw Text::argument("status must be that of an answer, not $status");
        }
        if (\is_int($length) ? $length < 0 : !\in_array($length, ['unknown', null], true)) {
            throw Text::argument('length must be a number of bytes, unknown, or null');
        }
        $this->request = Headers::of($request);
        $this->response = Headers::of($response);
    }

    /**
     * The facts of the request that `$_SERVER` holds: HTTPS, REQUEST_METHOD, SERVER_PROTOCOL,
     * HTTP_* and REQUEST_TIME, which is now.
     *
     * @param array<string|int, mixed> $server
     * @param int $status of the answer: http_response_code()
     * @param Headers|array<string|int, string|array<string>> $response
     *     Headers::fromLines(headers_list())
     * @param int|string|null $length as for the constructor
     *
     * @throws TuleapFrontException for a status or a length that is none
     */
    public static function fromServerParams(
        array $server,
        int $status,
        Headers|array $response,
        int|string|null $length = null,
    ): self {
        $isHttps = !\in_array(strtolower((string) ($server['HTTPS'] ?? '')), ['', 'off'], true);
        return new self(
            $isHttps ? 'https' : 'http',
            Headers::fromServerParams($server),
            $status,
            $response,
            (int) ($server['REQUEST_TIME'] ?? 0),
            (string) ($server['REQUEST_METHOD'] ?? 'GET'),
            (string) ($server['SERVER_PROTOCOL'] ?? 'HTTP/1.1'),
            $length,
        );
    }
}
