<?php

declare(strict_types=1);

namespace TuleapFront;

use Psr\Log\LoggerInterface;

/**
 * Shadow running for PSR-3: logs where the address that a program uses differs from ours. For a
 * while before switching, and never in the place of an answer.
 *
 * Under php-fpm an object lives for one request, and the limit of the ShadowLog with it.
 */
final readonly class ShadowLogger
{
    public function __construct(
        private LoggerInterface $logger,
        private ClientIpResolver $resolver,
        private ShadowLog $log,
    ) {
    }

    /**
     * Logs a line of level notice if the answers differ.
     *
     * @param array<string|int, mixed> $server $_SERVER
     * @param string $theirs what the program itself uses as the client's address, such as the
     *     answer of Tuleap's IPAddressExtractor
     */
    public function compare(array $server, string $theirs): void
    {
        $ours = $this->resolver->fromServerParams($server);
        $line = $this->log->clientIp($ours, $server['REMOTE_ADDR'] ?? null, $theirs);
        if ($line !== null) {
            $this->logger->notice($line);
        }
    }
}
