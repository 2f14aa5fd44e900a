<?php

declare(strict_types=1);

namespace TuleapFront;

use TuleapFront\Internal\Text;

/**
 * Scheme, host and port: by which the client reached the site, as OriginPolicy::origin() answers;
 * or what a listener knows by itself, as it is asked.
 */
final readonly class Origin
{
    /** "http" or "https". */
    public string $scheme;

    /**
     * In an answer the host in lower case, and null if it is not an allowed one: answer 400 or
     * 421. For a listener the request's Host, with its port if it has one.
     */
    public ?string $host;

    /** The port. */
    public int $port;

    /** @var list<string> what was remarkable, such as "host-not-allowed" */
    public array $notes;

    /**
     * @param int|null $port null is the scheme's own
     * @param list<string> $notes
     *
     * @throws TuleapFrontException
     */
    public function __construct(string $scheme, ?string $host = null, ?int $port = null, array $notes = [])
    {
        if ($scheme !== 'http' && $scheme !== 'https') {
            throw Text::argument('the scheme must be http or https');
        }
        if ($port !== null && ($port < 0 || $port > 65535)) {
            throw Text::argument("port must be from 0 to 65535, not $port");
        }
        $this->scheme = $scheme;
        $this->host = $host;
        $this->port = $port ?? ($scheme === 'https' ? 443 : 80);
        $this->notes = $notes;
    }

    /**
     * What the listener knows, from `$_SERVER`: HTTPS, HTTP_HOST and SERVER_PORT, which the web
     * server sets. No forwarding header is looked at.
     *
     * @param array<string|int, mixed> $server
     */
    public static function fromServerParams(array $server): self
    {
        $https = strtolower((string) ($server['HTTPS'] ?? ''));
        $scheme = $https === '' || $https === 'off' ? 'http' : 'https';
        $port = (int) ($server['SERVER_PORT'] ?? 0);
        return new self($scheme, $server['HTTP_HOST'] ?? null, $port === 0 ? null : $port);
    }
}
