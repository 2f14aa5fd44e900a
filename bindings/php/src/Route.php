<?php

declare(strict_types=1);

namespace TuleapFront;

/** Where a request goes. What there is not is null. */
final readonly class Route
{
    /**
     * @internal
     *
     * @param string $outcome "proxy" and "fastcgi": a backend answers; "file": a file is sent;
     *     "redirect"; "refuse"
     * @param string $uri $uri at the end
     * @param string $args $args at the end
     * @param bool $isAllowed may the request have its method? Where not, answer 405
     * @param int $internalRedirects how often it was redirected internally
     * @param string|null $backend the name of the server that answers
     * @param string|null $file the file that is sent, or the script that is run: SCRIPT_FILENAME
     * @param string|null $documentRoot DOCUMENT_ROOT, for FastCGI
     * @param string|null $scriptName SCRIPT_NAME, for FastCGI
     * @param int|null $status the status of a redirect or a refusal
     * @param string|null $location path and query of a redirect; put the site's origin before it
     * @param string|null $reason why it is refused, such as "not-found"
     * @param string|null $action what the location that answers does, as it is written
     * @param int|null $locationIndex which location answers, from 0
     * @param string|null $backendTarget what the server is asked for by HTTP, for "proxy": the target
     *     as it was sent; after an internal redirect uri, percent-encoded, and args
     */
    public function __construct(
        public string $outcome,
        public string $uri,
        public string $args,
        public bool $isAllowed,
        public int $internalRedirects,
        public ?string $backend = null,
        public ?string $file = null,
        public ?string $documentRoot = null,
        public ?string $scriptName = null,
        public ?int $status = null,
        public ?string $location = null,
        public ?string $reason = null,
        public ?string $action = null,
        public ?int $locationIndex = null,
        public ?string $backendTarget = null,
    ) {
    }
}
