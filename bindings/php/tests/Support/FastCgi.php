<?php

declare(strict_types=1);

namespace TuleapFront\Tests\Support;

/** A FastCGI client for one request at a time: as much of the protocol as php-fpm needs. */
final class FastCgi
{
    private const BEGIN_REQUEST = 1;
    private const END_REQUEST = 3;
    private const PARAMS = 4;
    private const STDIN = 5;
    private const STDOUT = 6;
    private const STDERR = 7;

    public function __construct(private readonly string $socket)
    {
    }

    /**
     * @param array<string, string> $server the variables that the web server sets
     *
     * @return string what the script printed, without the header
     */
    public function request(string $script, array $server = [], string $body = ''): string
    {
        $stream = stream_socket_client("unix://$this->socket", $code, $message, 5);
        if ($stream === false) {
            throw new \LogicException("$this->socket: $message");
        }
        stream_set_timeout($stream, 60);
        $server += [
            'SCRIPT_FILENAME' => $script,
            'SCRIPT_NAME' => '/' . basename($script),
            'REQUEST_METHOD' => $body === '' ? 'GET' : 'POST',
            'SERVER_PROTOCOL' => 'HTTP/1.1',
            'CONTENT_TYPE' => $body === '' ? '' : 'application/octet-stream',
            'CONTENT_LENGTH' => (string) \strlen($body),
        ];
        $params = '';
        foreach ($server as $name => $value) {
            $params .= self::length($name) . self::length($value) . $name . $value;
        }
        // The role of a responder; the connection is closed after the answer.
        fwrite($stream, self::record(self::BEGIN_REQUEST, pack('nCx5', 1, 0)));
        self::write($stream, self::PARAMS, $params);
        self::write($stream, self::STDIN, $body);
        return self::answer($stream);
    }

    /** @param resource $stream */
    private static function write($stream, int $type, string $content): void
    {
        foreach ($content === '' ? [] : str_split($content, 65_000) as $part) {
            fwrite($stream, self::record($type, $part));
        }
        fwrite($stream, self::record($type, ''));
    }

    /** @param resource $stream */
    private static function answer($stream): string
    {
        $output = '';
        while (\strlen($head = (string) stream_get_contents($stream, 8)) === 8) {
            $head = unpack('Cversion/Ctype/nid/nlength/Cpadding', $head);
            $content = $head['length'] > 0 ? stream_get_contents($stream, $head['length']) : '';
            $head['padding'] > 0 && stream_get_contents($stream, $head['padding']);
            if ($head['type'] === self::STDOUT || $head['type'] === self::STDERR) {
                $output .= $content;
            }
            if ($head['type'] === self::END_REQUEST) {
                $parts = explode("\r\n\r\n", $output, 2);
                return $parts[1] ?? $output;
            }
        }
        throw new \LogicException("the connection ended before the answer did: $output");
    }

    private static function record(int $type, string $content): string
    {
        return pack('CCnnCx', 1, $type, 1, \strlen($content), 0) . $content;
    }

    private static function length(string $text): string
    {
        $length = \strlen($text);
        return $length < 128 ? \chr($length) : pack('N', $length | 0x80_00_00_00);
    }
}
