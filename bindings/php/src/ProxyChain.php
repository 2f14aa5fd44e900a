<?php

declare(strict_types=1);

namespace TuleapFront;

use FFI\CData;
use TuleapFront\Internal\Handle;
use TuleapFront\Internal\NotSerializable;
use TuleapFront\Internal\Status;
use TuleapFront\Internal\Text;

/**
 * The hops between a client and the application, and whether their redirects to https come to an
 * end: who ends TLS, who believes what and why.
 */
final readonly class ProxyChain implements \Stringable
{
    use NotSerializable;

    private Handle $handle;

    /**
     * @param string $chain one hop per line, or with `;` between them, the client's end first:
     *     `name: http, https or http and https`, and after commas `trusts NAME`, `writes proto`,
     *     `redirects` and what else the Rust documentation lists
     *
     * @throws TuleapFrontException which hop is wrong, where, and what to write instead
     * @throws LibraryException
     */
    public function __construct(string $chain)
    {
        $ffi = Library::ffi();
        $this->handle = Status::handle(
            'tuleap_front_proxy_chain_free',
            static fn (?CData $problem, ?CData $message, int $cap): ?CData
                => $ffi->tuleap_front_proxy_chain_parse($chain, \strlen($chain), $problem, $message, $cap),
        );
    }

    /**
     * How a request ends that a client sends by this scheme. "loop": it is redirected to what it
     * asked for, for ever; "plain-http-served": the application answers over plain http;
     * "redirected-once": it is redirected to https, and then served; "served": the application
     * answers over https; "unreachable": nobody listens.
     *
     * @param string $scheme "https" or "http"
     *
     * @throws TuleapFrontException for another scheme
     */
    public function verdict(string $scheme): string
    {
        $ffi = Library::ffi();
        $number = Text::scheme($scheme);
        $verdict = Status::check($ffi->tuleap_front_proxy_chain_verdict($this->handle->pointer, $number));
        return substr(strrchr($ffi->tuleap_front_chain_verdict_code($verdict) ?? '/other', '/'), 1);
    }

    /** Both verdicts, and what led to them. */
    public function explain(): ChainExplanation
    {
        $ffi = Library::ffi();
        $write = fn (int $format): string => Text::read(
            fn (CData $out, int $cap): int
                => $ffi->tuleap_front_proxy_chain_explain($this->handle->pointer, $format, $out, $cap),
        );
        return new ChainExplanation(
            $write($ffi->TULEAP_FRONT_FORMAT_JSON),
            $write($ffi->TULEAP_FRONT_FORMAT_TEXT),
        );
    }

    /** The chain with everything changed that is wrong; itself where nothing is. */
    public function corrected(): self
    {
        $ffi = Library::ffi();
        return new self(Text::read(
            fn (CData $out, int $cap): int
                => $ffi->tuleap_front_proxy_chain_corrected($this->handle->pointer, $out, $cap),
        ));
    }

    /** The chain on one line. */
    public function __toString(): string
    {
        $ffi = Library::ffi();
        return Text::read(
            fn (CData $out, int $cap): int
                => $ffi->tuleap_front_proxy_chain_text($this->handle->pointer, $out, $cap),
        );
    }
}
