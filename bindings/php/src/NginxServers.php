<?php

declare(strict_types=1);

namespace TuleapFront;

use FFI;
use FFI\CData;
use TuleapFront\Internal\Handle;
use TuleapFront\Internal\NotSerializable;
use TuleapFront\Internal\Request;
use TuleapFront\Internal\Status;
use TuleapFront\Internal\Text;

/**
 * The servers of one listening address, as nginx has them: which one a request is for, which
 * location takes it, and what the next server is sent. As text it is what is read.
 */
final readonly class NginxServers implements \Stringable
{
    use NotSerializable;

    private Handle $handle;

    /**
     * @param string $servers blocks of nginx with server_name, underscores_in_headers,
     *     ignore_invalid_headers, merge_slashes, proxy_set_header, proxy_pass and location; the
     *     first one is the default
     * @param string $rules "current" or "1.22", where versions of nginx answer otherwise
     *
     * @throws TuleapFrontException what is wrong, where, and what to write instead
     * @throws LibraryException
     */
    public function __construct(string $servers, string $rules = 'current')
    {
        $ffi = Library::ffi();
        $number = Text::nginxRules($rules);
        $this->handle = Status::handle(
            'tuleap_front_nginx_servers_free',
            static fn (?CData $problem, ?CData $message, int $cap): ?CData => $ffi->tuleap_front_nginx_servers_parse(
                $servers,
                \strlen($servers),
                $number,
                $problem,
                $message,
                $cap,
            ),
        );
    }

    /**
     * What becomes of the request whose head a text starts with, or what nginx answers.
     *
     * @param string $remoteAddr the other end, an address or "unix:"
     * @param string $scheme what the client speaks, "http" or "https"
     *
     * @throws TuleapFrontException for an address that is none, or another scheme
     */
    public function answer(string $head, string $remoteAddr, string $scheme): ServerAnswer|RequestRefusal
    {
        $ffi = Library::ffi();
        $refusal = $ffi->new('tuleap_front_server_refusal');
        $pointer = $ffi->tuleap_front_nginx_servers_answer(
            $this->handle->pointer,
            $head,
            \strlen($head),
            $remoteAddr,
            \strlen($remoteAddr),
            Text::scheme($scheme),
            FFI::addr($refusal),
        );
        if ($pointer === null) {
            return $refusal->status === $ffi->TULEAP_FRONT_STATUS_REQUEST_REFUSED
                ? Request::refusal($refusal)
                : throw Status::exception($refusal->status);
        }
        return self::read(new Handle($pointer, 'tuleap_front_server_answer_free'));
    }

    /**
     * The same in words, and as data.
     *
     * @throws TuleapFrontException for an address that is none, or another scheme
     */
    public function explain(string $head, string $remoteAddr, string $scheme): ServerExplanation|RequestRefusal
    {
        $ffi = Library::ffi();
        $number = Text::scheme($scheme);
        $write = fn (int $format): ?string => Request::uri(
            fn (CData $out, int $cap): int => $ffi->tuleap_front_nginx_servers_explain(
                $this->handle->pointer,
                $head,
                \strlen($head),
                $remoteAddr,
                \strlen($remoteAddr),
                $number,
                $format,
                $out,
                $cap,
            ),
        );
        [$json, $text] = [$write($ffi->TULEAP_FRONT_FORMAT_JSON), $write($ffi->TULEAP_FRONT_FORMAT_TEXT)];
        if ($json !== null && $text !== null) {
            return new ServerExplanation($json, $text);
        }
        $refusal = $this->answer($head, $remoteAddr, $scheme);
        return $refusal instanceof RequestRefusal ? $refusal : throw new \LogicException('refused, and answered');
    }

    /** As they are read. */
    public function __toString(): string
    {
        $ffi = Library::ffi();
        return Text::read(fn (CData $out, int $cap): int
            => $ffi->tuleap_front_nginx_servers_text($this->handle->pointer, $out, $cap));
    }

    private static function read(Handle $answer): ServerAnswer
    {
        $ffi = Library::ffi();
        $view = $ffi->new('tuleap_front_server_answer_view');
        Status::check($ffi->tuleap_front_server_answer_read($answer->pointer, FFI::addr($view)));
        $text = static fn (CData $text): ?string => $text->ptr === null ? null : Text::of($text);
        $lines = [];
        $line = $ffi->new('tuleap_front_header');
        while ($ffi->tuleap_front_server_answer_line($answer->pointer, \count($lines), FFI::addr($line)) === 1) {
            $lines[] = [Text::of($line->name), Text::of($line->value)];
        }
        return new ServerAnswer(
            $view->server,
            Text::of($view->server_name),
            $ffi->tuleap_front_server_reason_code($view->reason) ?? 'servers/other',
            Text::read(static fn (CData $out, int $cap): int
                => $ffi->tuleap_front_server_reason_text($view->reason, $out, $cap)),
            Text::of($view->host),
            Text::of($view->request_uri),
            Text::of($view->uri),
            Text::of($view->args),
            $text($view->location),
            $text($view->backend),
            $text($view->target),
            $lines,
            $text($view->redirect),
        );
    }
}
