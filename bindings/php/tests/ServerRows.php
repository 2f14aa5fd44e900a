<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use TuleapFront\NginxHost;
use TuleapFront\NginxServers;
use TuleapFront\RequestHead;
use TuleapFront\RequestRefusal;
use TuleapFront\ResponseHead;
use TuleapFront\TuleapFrontException;

/** Rows about heads and servers. Texts stand for bytes, one code point each. */
final class ServerRows
{
    /** @param array<string, mixed> $row */
    public function answer(array $row): array
    {
        return match (true) {
            $row['kind'] === 'servers' => $this->servers($row),
            isset($row['response']) => $this->response(self::bytes($row['response'])),
            default => $this->request($row, self::bytes($row['request'])),
        };
    }

    private function response(string $text): array
    {
        $head = ResponseHead::parse($text);
        return $head instanceof RequestRefusal ? self::refusal($head) : [
            'status' => $head->status,
            'lines' => self::lines($head->lines),
            'rest' => self::text($head->rest),
        ];
    }

    /** @param array<string, mixed> $row */
    private function request(array $row, string $text): array
    {
        $head = RequestHead::parse($text, $row['rules'], $row['names'], $row['merge_slashes']);
        if ($head instanceof RequestRefusal) {
            return self::refusal($head);
        }
        $sent = $head->target->host ?? $head->httpHost;
        $again = $sent === null ? null : (string) NginxHost::parse($sent, $row['rules'])->host;
        if ($again !== $head->host) {
            throw new \LogicException("{$row['id']}: two hosts");
        }
        return [
            'method' => self::text($head->method),
            'uri' => self::text($head->target->uri),
            'version' => substr($head->version, 5),
            'host' => self::text($head->host),
            'http_host' => self::text($head->httpHost),
            'lines' => self::lines($head->lines),
            'rest' => self::text($head->rest),
        ];
    }

    /** @param array<string, mixed> $row */
    private function servers(array $row): array
    {
        try {
            $servers = new NginxServers($row['servers'], $row['rules']);
        } catch (TuleapFrontException $exception) {
            return ['config_error' => [
                'code' => substr(strrchr($exception->errorCode, '/'), 1),
                'entry' => $exception->entry,
                'offset' => $exception->offset,
                'length' => $exception->length,
                'line' => $exception->textLine,
                'column' => $exception->textColumn,
                'hint' => $exception->hint,
            ]];
        }
        if ((string) new NginxServers((string) $servers) !== (string) $servers) {
            throw new \LogicException("{$row['id']}: what is written is not read again");
        }
        $question = [self::bytes($row['request']), $row['remote_addr'], $row['scheme']];
        [$answer, $explained] = [$servers->answer(...$question), $servers->explain(...$question)];
        if ($answer instanceof RequestRefusal) {
            return $explained == $answer ? self::refusal($answer) : throw new \LogicException('two answers');
        }
        $data = $explained->jsonSerialize();
        if ([$data['reason'], $data['because']] !== [$answer->reason(), $answer->text]) {
            throw new \LogicException("{$row['id']}: two answers");
        }
        return [
            'server' => $answer->server,
            'server_name' => $answer->serverName,
            'reason' => $answer->reason(),
            'host' => self::text($answer->host),
            'request_uri' => self::text($answer->requestUri),
            'uri' => self::text($answer->uri),
            'args' => self::text($answer->args),
            'location' => $answer->location,
            'backend' => $answer->backend,
            'target' => self::text($answer->target),
            'lines' => $answer->backend === null ? null : self::lines($answer->lines),
            'redirect' => self::text($answer->redirect),
        ];
    }

    private static function refusal(RequestRefusal $refusal): array
    {
        return ['status' => $refusal->status, 'code' => $refusal->code];
    }

    /** @param list<array{string, string}> $lines */
    private static function lines(array $lines): array
    {
        return array_map(static fn (array $line): array => array_map(self::text(...), $line), $lines);
    }

    private static function bytes(string $text): string
    {
        return mb_convert_encoding($text, 'ISO-8859-1', 'UTF-8');
    }

    private static function text(?string $bytes): ?string
    {
        return $bytes === null ? null : mb_convert_encoding($bytes, 'UTF-8', 'ISO-8859-1');
    }
}
