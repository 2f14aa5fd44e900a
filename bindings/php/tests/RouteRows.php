<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use TuleapFront\Locations;
use TuleapFront\RequestLine;
use TuleapFront\RequestRefusal;
use TuleapFront\RequestTarget;
use TuleapFront\Routes;
use TuleapFront\TuleapFrontException;

/** Rows about request lines, targets, locations and routes. Texts stand for bytes, one code point each. */
final class RouteRows
{
    /** @param array<string, mixed> $row */
    public function answer(array $row): array
    {
        return match ($row['kind']) {
            'locations' => $this->locations($row),
            'nginx-location' => $this->nginxLocation($row),
            'request-line' => $this->line($row),
            'request-target' => $this->target(
                RequestTarget::parse(self::bytes($row['target']), $row['merge_slashes']),
            ),
            'routes' => $this->routes($row),
        };
    }

    private function target(RequestTarget|RequestRefusal $read): array
    {
        return $read instanceof RequestRefusal ? ['status' => $read->status, 'reason' => $read->reason()] : [
            'uri' => self::text($read->uri),
            'args' => self::text($read->args),
            'request_uri' => self::text($read->requestUri),
            'host' => self::text($read->host),
        ];
    }

    /** @param array<string, mixed> $row */
    private function line(array $row): array
    {
        $line = RequestLine::parse(self::bytes($row['line']), $row['rules'] ?? 'current', $row['merge_slashes']);
        return $line instanceof RequestRefusal ? $this->target($line) : [
            'method' => self::text($line->method),
            'version' => substr($line->version, 5),
        ] + $this->target($line->target);
    }

    /** @param array<string, mixed> $row */
    private function nginxLocation(array $row): array
    {
        $line = RequestLine::parse(self::bytes($row['line']), $row['rules'], $row['input']['merge_slashes']);
        if ($line instanceof RequestRefusal) {
            return ['status' => $line->status];
        }
        $found = (new Locations($row['locations']))->find($line->target->uri);
        return ['status' => 200, 'location' => $found?->name] + $this->target($line->target);
    }

    /** @param array<string, mixed> $row */
    private function locations(array $row): array
    {
        try {
            $locations = new Locations($row['locations']);
        } catch (TuleapFrontException $exception) {
            return ['config_error' => $this->configError($exception)];
        }
        $uri = self::bytes($row['uri']);
        $found = $locations->find($uri);
        $explained = $locations->explain($uri)->jsonSerialize();
        if ($explained['location'] !== $found?->name || $explained['index'] !== $found?->index) {
            throw new \LogicException("$uri: two answers");
        }
        return ['location' => $found?->name, 'index' => $found?->index, 'reason' => $explained['reason']];
    }

    /** @param array<string, mixed> $row */
    private function routes(array $row): array
    {
        try {
            $routes = $this->known($row['known'] ?? null) ?? new Routes($row['routes']);
        } catch (TuleapFrontException $exception) {
            return ['config_error' => $this->configError($exception)];
        }
        $asked = [];
        $files = static function (string $path) use (&$asked, $row): string {
            $asked[] = self::text($path);
            return $row['files'][self::text($path)] ?? 'missing';
        };
        $route = $routes->route(self::bytes($row['target']), $files, $row['method'], $row['merge_slashes']);
        return $route instanceof RequestRefusal ? $this->target($route) : [
            'outcome' => $route->outcome,
            'backend' => $route->backend,
            'uri' => self::text($route->uri),
            'args' => self::text($route->args),
            'file' => self::text($route->file),
            'status' => $route->status,
            'location' => self::text($route->location),
            'reason' => $route->reason,
            'rule' => $route->locationIndex,
            'internal_redirects' => $route->internalRedirects,
            'allowed' => $route->isAllowed,
            'asked' => $asked,
        ];
    }

    private function known(?string $known): ?Routes
    {
        return match ($known) {
            null => null,
            'distributed' => Routes::documented('distributed'),
            'distributed-try-files' => Routes::documented('distributed', 'try-files'),
            'recommended' => Routes::recommended(),
            'reverse-proxy' => Routes::documented('reverse-proxy'),
        };
    }

    /** @return array<string, mixed> */
    private function configError(TuleapFrontException $exception): array
    {
        return [
            'code' => substr(strrchr($exception->errorCode, '/'), 1),
            'entry' => $exception->entry,
            'offset' => $exception->offset,
            'length' => $exception->length,
            'line' => $exception->textLine,
            'column' => $exception->textColumn,
            'hint' => $exception->hint,
        ];
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
