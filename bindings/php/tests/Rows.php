<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use TuleapFront\ClientIp;
use TuleapFront\ClientIpResolver;
use TuleapFront\ForwardedHop;
use TuleapFront\Headers;
use TuleapFront\HttpsRedirect;
use TuleapFront\NginxRealip;
use TuleapFront\Origin;
use TuleapFront\OriginPolicy;
use TuleapFront\ProxyChain;
use TuleapFront\TrustedProxies;
use TuleapFront\TuleapCompat;
use TuleapFront\TuleapFrontException;
use TuleapFront\Warning;

/** Recorded rows as calls of the public names, and the answers in the rows' own form. */
final class Rows
{
    /** The headers that the recorded locations may set. */
    private const FIELDS = ['X-Real-IP', 'X-Forwarded-For', 'X-Forwarded-Proto'];

    /**
     * @param array<string, mixed> $row
     *
     * @return array<string, mixed>
     */
    public function answer(array $row): array
    {
        return match ($row['kind']) {
            'client-ip' => $this->clientIp($row),
            'nginx-realip' => $this->realip($row['input'], $row['rules']),
            'nginx-forwarded' => $this->forwarded($row['input']),
            'cache' => (new CacheRows())->answer($row),
            'gzip' => (new GzipRows())->answer($row),
            'https-redirect' => $this->httpsRedirect($row),
            'nginx-redirect' => $this->nginxRedirect($row),
            'request-head', 'servers' => (new ServerRows())->answer($row),
            'locations', 'nginx-location', 'request-line', 'request-target', 'routes'
                => (new RouteRows())->answer($row),
            'proxy-chain' => $this->proxyChain($row['chain']),
            'destination' => (new DestinationRows())->answer($row),
            'nginx-destination' => (new DestinationRows())->nginx($row['input'], $row['rules']),
        };
    }

    /** @param array<string, mixed> $row */
    private function clientIp(array $row): array
    {
        if (!isset($row['trusted_string'])) {
            return $this->strict($row);
        }
        $lines = [];
        foreach ($row['headers'] as [$name, $value]) {
            if (strcasecmp($name, 'X-Forwarded-For') === 0) {
                $lines[] = $value;
            }
        }
        $header = $lines === [] ? null : implode(', ', $lines);
        $compat = (new TuleapCompat($row['trusted_string']))->resolve($row['peer'] ?? null, $header);
        return ['compat' => $compat, 'strict' => $this->strict($row)];
    }

    /** @param array<string, mixed> $row */
    private function strict(array $row): array
    {
        $options = ($row['options'] ?? []) + ['text' => 'utf-8'];
        $text = $row['trusted_text'] ?? $row['trusted_string'] ?? null;
        try {
            $trusted = new TrustedProxies(
                $text ?? implode(',', $row['trusted'] ?? []),
                allowTrustAll: $options['allow_trust_all'] ?? false,
                commasOnly: $text === null,
            );
            $policy = $this->policy($options);
        } catch (TuleapFrontException $exception) {
            return ['config_error' => $this->configError($exception, $text !== null)];
        }
        $resolver = new ClientIpResolver(
            $trusted,
            headers: (array) ($options['source'] ?? 'x-forwarded-for'),
            hops: $options['hops'] ?? null,
            maxHops: $options['max_hops'] ?? 32,
            dangerAnyPeer: $options['peer_any'] ?? false,
        );
        $pairs = $options['text'] === 'latin-1' ? array_map($this->latin1(...), $row['headers']) : $row['headers'];
        return $this->ask($resolver, $policy, $row['peer'] ?? null, $pairs, $options)
            + ['config_warnings' => array_map($this->warning(...), $trusted->warnings())];
    }

    /** @param array<string, mixed> $options */
    private function policy(array $options): OriginPolicy
    {
        $trust = $options['trust'] ?? ['for', 'proto'];
        $hosts = $options['allowed_hosts'] ?? [];
        $readsHost = \in_array('host', $trust, true);
        return new OriginPolicy(
            forwardedScheme: \in_array('proto', $trust, true),
            protoHops: $options['proto_hops'] ?? 1,
            allowedHosts: $hosts === [] && !$readsHost ? null : $hosts,
            forwardedHost: $readsHost,
            forwardedPort: \in_array('port', $trust, true),
        );
    }

    /**
     * @param list<array{string, string}> $pairs
     * @param array<string, mixed> $options
     */
    private function ask(
        ClientIpResolver $resolver,
        OriginPolicy $policy,
        ?string $peer,
        array $pairs,
        array $options,
    ): array {
        $headers = Headers::fromPairs($pairs);
        $explanation = $resolver->explain($peer, $headers);
        $this->sameAnswerEveryWay($resolver, $peer, $pairs, $explanation->client);
        $local = $options['local'] ?? ['scheme' => 'http', 'host' => 'local.example', 'port' => 80];
        $origin = $policy->origin($resolver, $peer, $headers, new Origin(...$local));
        $client = $explanation->client;
        $steps = array_map(static fn ($step): array => array_values(get_object_vars($step)), $explanation->steps);
        return [
            'client' => $client->addrForLog,
            'client_port' => $client->port,
            'kind' => $client->kind,
            'reason' => $client->reason,
            'hops' => $client->hops,
            'source' => $explanation->source,
            'steps' => $steps,
            'unread' => $explanation->unread,
            'notes' => [...$explanation->notes, ...$origin->notes],
            'scheme' => $origin->scheme,
            'host' => $origin->host,
            'port' => $origin->port,
        ];
    }

    /**
     * Every way to ask gives the answer that is explained.
     *
     * @param list<array{string, string}> $pairs
     */
    private function sameAnswerEveryWay(
        ClientIpResolver $resolver,
        ?string $peer,
        array $pairs,
        ClientIp $client,
    ): void {
        $answers = [$resolver->resolve($peer, Headers::fromPairs($pairs))];
        if (\count($resolver->sources) === 1) {
            $isSource = static fn (array $pair): bool => strcasecmp($pair[0], $resolver->sources[0]) === 0;
            $values = array_column(array_filter($pairs, $isSource), 1);
            $answers[] = $resolver->resolveValues($peer, $values);
            if (\count($values) < 2) {
                $answers[] = $resolver->resolveValues($peer, $values[0] ?? null);
            }
        }
        foreach ($answers as $answer) {
            if ($answer != $client) {
                throw new \LogicException("$answer ($answer->reason) is explained as $client ($client->reason)");
            }
        }
    }

    /** @param array<string, mixed> $input */
    private function realip(array $input, string $rules): array
    {
        $realip = new NginxRealip(
            $input['trusted'],
            header: $input['real_ip_header'] ?? 'X-Real-IP',
            recursive: $input['recursive'],
            rules: $rules,
        );
        $pairs = array_map($this->latin1(...), $input['headers']);
        $client = $realip->resolve($input['peer'], Headers::fromPairs($pairs));
        $write = array_fill_keys(self::FIELDS, 'write');
        return $this->hop($client->addr, 'http', $write, $pairs) + [
            'remote_addr' => $client->addr,
            'rewritten' => $client->isRewritten,
            'realip_remote_addr' => $input['peer'],
        ];
    }

    /** @param array<string, mixed> $input */
    private function forwarded(array $input): array
    {
        $directives = match (true) {
            str_starts_with($input['target'], '/plain/') => ['keep', 'keep', 'keep'],
            str_starts_with($input['target'], '/empty/') => ['remove', 'remove', 'keep'],
            default => ['write', 'write', 'write'],
        };
        $pairs = array_map($this->latin1(...), $input['headers']);
        return $this->hop($input['peer'], $input['scheme'], array_combine(self::FIELDS, $directives), $pairs);
    }

    /**
     * The three X- fields that the next server gets.
     *
     * @param array<string, string> $directives
     * @param list<array{string, string}> $pairs
     */
    private function hop(string $peer, string $scheme, array $directives, array $pairs): array
    {
        $hop = ForwardedHop::documented();
        foreach ($directives as $field => $directive) {
            $hop = $hop->with($field, $directive);
        }
        $sent = $hop->headers(
            new ClientIpResolver(''),
            new OriginPolicy(),
            $peer,
            Headers::fromPairs($pairs),
            new Origin($scheme, 'local.example', $scheme === 'https' ? 443 : 80),
        );
        $fields = [];
        foreach (self::FIELDS as $field) {
            $lines = [];
            foreach (\array_key_exists($field, $sent) ? [[$field, $sent[$field]]] : $pairs as [$name, $value]) {
                if ($value !== null && strcasecmp($name, $field) === 0) {
                    $lines[] = mb_convert_encoding($value, 'UTF-8', 'ISO-8859-1');
                }
            }
            $fields[strtr(strtolower($field), '-', '_')] = $lines;
        }
        return $fields;
    }

    /** @param array<string, mixed> $row */
    private function httpsRedirect(array $row): array
    {
        $nginx = $row['rules'] ?? 'current';
        $status = $row['redirect_status'] ?? null;
        try {
            $redirect = isset($row['documented'])
                ? HttpsRedirect::documented($row['documented']['guide'], $row['documented']['server_name'], $status, $nginx)
                : new HttpsRedirect($row['origin'], $status, $nginx);
        } catch (TuleapFrontException $exception) {
            $code = substr(strrchr($exception->errorCode, '/'), 1);
            return ['config_error' => ['code' => $code, 'hint' => $exception->hint]];
        }
        $question = [$row['scheme'], ...$this->latin1([$row['method'], $row['target']])];
        $decision = $redirect->decide(...$question);
        $explained = $redirect->explain(...$question)->jsonSerialize();
        if ($explained['action'] !== $decision->action || $explained['reason'] !== $decision->reason()) {
            throw new \LogicException("{$row['target']}: two answers");
        }
        $location = $decision->location;
        return [
            'action' => $decision->action,
            'status' => $decision->status,
            'location' => $location === null ? null : mb_convert_encoding($location, 'UTF-8', 'ISO-8859-1'),
            'reason' => $decision->reason(),
        ];
    }

    /** @param array<string, mixed> $row */
    private function nginxRedirect(array $row): array
    {
        $answer = $this->httpsRedirect(['scheme' => 'http'] + $row['input'] + $row);
        return ['status' => $answer['status'], 'location' => $answer['location']];
    }

    private function proxyChain(string $text): array
    {
        try {
            $chain = new ProxyChain($text);
        } catch (TuleapFrontException $exception) {
            return ['config_error' => $this->configError($exception, true) + [
                'line' => $exception->textLine,
                'column' => $exception->textColumn,
            ]];
        }
        $explanation = $chain->explain();
        $isSame = $chain->verdict('https') === $explanation->https['verdict']
            && $chain->verdict('http') === $explanation->http['verdict']
            && (string) $chain->corrected() === ($explanation->corrected ?? (string) $chain);
        return $isSame ? $explanation->jsonSerialize() : throw new \LogicException("$chain: two answers");
    }

    /** @return array<string, mixed> */
    private function configError(TuleapFrontException $exception, bool $inWhole): array
    {
        return [
            'entry' => $exception->entry,
            'offset' => $inWhole ? $exception->offset : $exception->offsetInEntry,
            'length' => $exception->length,
            'code' => substr(strrchr($exception->errorCode, '/'), 1),
            'hint' => $exception->hint,
        ];
    }

    /** @return array{entry: int|null, code: string} */
    private function warning(Warning $warning): array
    {
        return ['entry' => $warning->entry, 'code' => substr(strrchr($warning->code, '/'), 1)];
    }

    /**
     * @param array{string, string} $line text that stands for bytes, one code point each
     *
     * @return array{string, string}
     */
    private function latin1(array $line): array
    {
        $bytes = static fn (string $text): string => mb_convert_encoding($text, 'ISO-8859-1', 'UTF-8');
        return array_map($bytes, $line);
    }
}
