// Generated from bindings/node/shared/api by scripts/types.mjs; do not edit.

/** The version, such as "0.1.0". */
export declare let version: string;
/** What answers: the native module, or the WASM build. */
export declare let backend: 'native' | 'wasm' | '';

/**
 * nginx's `levels=`: the folders above a cache file, named by the last digits of its name. One to
 * three numbers, each 1 or 2, with colons between them; nothing for no folders.
 */
export declare class CacheLevels {
    #private;
    /** @throws {TuleapFrontError} `cache-levels/…`. */
    constructor(levels: string);
    /** How many digits name each folder, the outermost first. */
    get digits(): readonly number[];
    /** As nginx writes it: `1:2`. */
    toString(): string;
}
/**
 * What an entry of nginx's cache is found by. Nothing in it is normalized: `/a.css`, `/%61.css`,
 * `//a.css` and `/a.css?` are four entries. Texts stand for bytes, one code unit up to U+00FF each.
 *
 * ```js
 * const key = CacheKey.documented('http', 'GET', 'tuleap.example.com', '/c002/a.css')
 * key.path('1:2') // '9/d1/c1b46a28356afba7bfb22f8d73acdd19'
 * ```
 */
export declare class CacheKey {
    #private;
    /** The key that a `proxy_cache_key` of one's own gives. */
    constructor(key: string);
    /**
     * The guide's `$scheme$request_method$host$request_uri`. `host` is nginx's `$host`: in lower case,
     * without port and without one final dot. The method is the client's.
     */
    static documented(scheme: Scheme, method: string, host: string, requestUri: string): CacheKey;
    /** The name of the file: 32 digits. */
    get md5(): string;
    /**
     * The file, from the folder of the cache on: what to remove to purge the entry.
     *
     * @throws {TuleapFrontError} `cache-levels/…`.
     */
    path(levels: CacheLevels | string): string;
    /** The name of the file of one variant, for an answer with this `Vary` to this request. */
    variant(vary: string, headers: RequestHeaders): string;
    /** The key itself, which stands in the cache file behind `KEY: `. */
    toString(): string;
    /** The key itself. */
    toJSON(): string;
}

/** What is known about a request. */
export interface CacheFacts {
    /** How the connection reached this server: nginx's `$scheme`. */
    readonly scheme: Scheme;
    /** The method, as it was sent. Default: `GET`. */
    readonly method?: string;
    /** nginx's `$host`: in lower case, without port and without one final dot. */
    readonly host: string;
    /** The request target, as it was sent; never decoded. */
    readonly target: string;
    /** The version of the request: `HTTP/1.1`. Default: `HTTP/1.1`. */
    readonly version?: string;
    /** The header of the request. */
    readonly headers: RequestHeaders;
}
/** What the backend answered. */
export interface CacheAnswer {
    /** The status. */
    readonly status: number;
    /** The header, in wire order where that is known: in some nginx the order decides. */
    readonly headers: ResponseHeaders;
    /** Did all of the body come? Default: `whole`. */
    readonly body?: 'cut' | 'whole';
}
/** The choices of a policy. */
export interface CachePolicyOptions {
    /** Which nginx is equalled. Default: `current`. */
    nginx?: NginxRules;
}
/** A rule that decided. */
export interface CacheReason {
    /** By name: `set-cookie`. */
    readonly reason: string;
    /** The stable name, the same in every language: `cache/set-cookie`. */
    readonly code: string;
    /** In words. */
    readonly text: string;
}
/**
 * Is the cache asked for a request? `bypass`: the backend is asked, and its answer may be stored;
 * `skip`: the cache has no part in it.
 */
export interface CacheLookup extends CacheReason {
    /** What to do. */
    readonly action: 'bypass' | 'look-up' | 'skip';
}
/**
 * Whether an answer is stored, and for how long. Times are seconds; above 2⁵³ they are the nearest
 * number that there is.
 */
export interface CacheStore extends CacheReason {
    /** Is it stored? */
    readonly isStored: boolean;
    /** For how long it is fresh; null where it is not stored. */
    readonly lifetime: number | null;
    /** Until when it is fresh, in Unix seconds; null where it is not stored. */
    readonly validUntil: number | null;
    /** For how long it is served where nobody asks for it meanwhile; null where it is not stored. */
    readonly keptFor: number | null;
    /** For how much longer it may be served while it is refreshed. */
    readonly staleWhileRevalidate: number;
    /** For how much longer it may be served where the backend cannot be reached. */
    readonly staleIfError: number;
    /** The variant that it is stored as, where the answer has a `Vary`, otherwise null. */
    readonly variant: string | null;
}
/** What became of a request and of its answer as data, as every language writes it. */
export interface CacheExplanationForm {
    readonly verdict: string;
    readonly reason: string;
    readonly because: string;
    readonly asked: string;
    readonly look_up: boolean;
    readonly look_up_reason: string;
    readonly key: string | null;
    readonly md5: string | null;
    readonly path: string | null;
    readonly status: number | null;
    readonly stored: boolean | null;
    readonly lines: readonly (readonly [name: string, value: string, reason: string])[] | null;
    readonly lifetime: number | null;
    readonly valid_until: number | null;
    readonly kept_for: number | null;
    readonly stale_while_revalidate: number | null;
    readonly stale_if_error: number | null;
    readonly variant_md5: string | null;
    readonly client: readonly (readonly [name: string, value: string])[] | null;
    readonly hidden: readonly string[] | null;
}
/** What became of a request and of its answer, and why. */
export declare class CacheExplanation {
    #private;
    private constructor();
    /** The explanation for people, on several lines. */
    toString(): string;
    /** The explanation as data, as every language writes it. */
    toJSON(): CacheExplanationForm;
}
/**
 * What a location of nginx keeps in its cache, for how long, and what the client gets. The
 * recommended policy keeps static files and nothing that belongs to a user.
 *
 * ```js
 * const policy = new CachePolicy()
 * const facts = { scheme: 'https', host: 'tuleap.example.com', target: '/a.css', headers: {} }
 * const answer = { status: 200, headers: { 'content-type': 'text/css' } }
 * policy.lookUp(facts).action // 'look-up'
 * policy.store(facts, answer, Date.now() / 1000).lifetime // 3600
 * ```
 */
export declare class CachePolicy {
    #private;
    /**
     * `directives`: those of nginx, `proxy_cache` and its kin. Without them it is the recommended
     * policy.
     *
     * @throws {TuleapFrontError} `cache-policy/…`, `cache-levels/…`, `expires/…`, `gzip/…` or
     * `locations/…`, with its place.
     */
    constructor(directives?: string, settings?: CachePolicyOptions);
    /** Today's static files, and nothing that belongs to a user. */
    static recommended(settings?: CachePolicyOptions): CachePolicy;
    /** What the lines of the deployment guide say: for media behind a load balancer. */
    static documented(guide?: Guide, settings?: CachePolicyOptions): CachePolicy;
    /** Is it our own, and not nginx? */
    get isRecommended(): boolean;
    /** Every directive: its name and its parameters, in order. */
    get directives(): string[][];
    /** The paths that it is about; null for all of them. */
    get locations(): Locations | null;
    /** `levels=` of `proxy_cache_path`. */
    get levels(): CacheLevels;
    /** `inactive=` of `proxy_cache_path`: seconds without a request after which an entry goes. */
    get inactive(): number;
    /** `proxy_cache_key`; null where the cache is off. */
    get keyText(): string | null;
    /** The parameters of `expires`. */
    get expires(): string;
    /** What the `gzip` directives among the others say; null where there are none. */
    get gzip(): GzipPolicy | null;
    /** Which nginx is equalled. */
    get nginx(): NginxRules;
    /** The key of a request; null where the cache is off or nginx refuses the target. */
    key(facts: CacheFacts): CacheKey | null;
    /** Is the cache asked for a request? */
    lookUp(facts: CacheFacts): CacheLookup;
    /**
     * Is an answer stored, and for how long? As if no entry were there; `now` is in Unix seconds.
     */
    store(facts: CacheFacts, answer: CacheAnswer, now: number): CacheStore;
    /**
     * The lines that the client gets of an answer, in wire order: without those that are hidden, and
     * as `expires`, the client's conditions and its range leave them.
     */
    responseLines(facts: CacheFacts, answer: CacheAnswer, now: number): [name: string, value: string][];
    /** What becomes of a request and of its answer. */
    explain(facts: CacheFacts, answer: CacheAnswer, now: number): CacheExplanation;
    /** What becomes of a request, before there is an answer. */
    explainLookUp(facts: CacheFacts): CacheExplanation;
    /** As directives. */
    toString(): string;
}

/** What `$upstream_cache_status` shows about a request. */
export type CacheStatus = 'BYPASS' | 'EXPIRED' | 'HIT' | 'MISS' | 'REVALIDATED' | 'STALE' | 'UPDATING';
/** How a backend failed to answer. */
export type UpstreamFailure = 'error' | 'invalid-header' | 'timeout';
/** What the backend is asked. */
export interface UpstreamRequest {
    /** The method. */
    readonly method: string;
    /** The target. */
    readonly target: string;
    /** The header lines, with those of a revalidation. */
    readonly lines: readonly (readonly [name: string, value: string])[];
}
/**
 * What became of a request, or what the backend is to be asked first. `reason` says why the answer
 * was stored or not, or what let the cache answer. What there is not is null; times are seconds.
 */
export interface CacheStep extends CacheReason {
    /**
     * The backend is to be asked, and `answer` or `fail` to be told what came of it. Where there is a
     * status as well, the client has its answer already.
     */
    readonly ticket: number | null;
    /** What the backend is asked, or was. */
    readonly upstream: UpstreamRequest | null;
    /** Is the path one of the policy's location? */
    readonly isInLocation: boolean;
    /** The status that the client gets. */
    readonly status: number | null;
    /** `$upstream_cache_status` */
    readonly cacheStatus: CacheStatus | null;
    /** What the guide's `add_header X-Cache-Status $upstream_cache_status` writes. */
    readonly shownStatus: CacheStatus | null;
    /** The header lines that the client gets. */
    readonly lines: readonly (readonly [name: string, value: string])[];
    /** The key, where the cache has a part in it. */
    readonly key: string | null;
    /** The name of the file: the MD5 of the key, or of a variant. */
    readonly file: string | null;
    /** The file, from the folder of the cache on. */
    readonly path: string | null;
    /** Was the backend's answer stored? */
    readonly stores: boolean;
    /** Is there an entry now, of this answer or of an older one? */
    readonly hasEntry: boolean;
    /** For how long the entry is fresh, from when it was stored. */
    readonly lifetime: number | null;
    /** Until when the entry is fresh, in Unix seconds. */
    readonly validUntil: number | null;
    /** For how much longer the entry may be served while it is refreshed. */
    readonly staleWhileRevalidate: number | null;
    /** For how much longer the entry may be served where the backend cannot be reached. */
    readonly staleIfError: number | null;
    /** The `Vary` that the entry is kept with. */
    readonly vary: string | null;
    /** The variant that the entry is. */
    readonly variant: string | null;
}
/**
 * A cache that holds what a policy stores, without bodies, files and clocks: what
 * `$upstream_cache_status` shows over many requests, and why.
 *
 * ```js
 * const zone = new CacheZone(new CachePolicy())
 * const asked = zone.ask(facts, now)
 * if (asked.ticket !== null) {
 *   const { status, headers } = await askBackend(asked.upstream)
 *   zone.answer(asked.ticket, { status, headers }, now).cacheStatus // 'MISS'
 * }
 * zone.ask(facts, now + 1).cacheStatus // 'HIT'
 * ```
 */
export declare class CacheZone {
    #private;
    /** An empty cache. */
    constructor(policy: CachePolicy);
    /** Whose rules it keeps. */
    get policy(): CachePolicy;
    /** Was nothing asked for yet, or is all of it forgotten? */
    get isEmpty(): boolean;
    /**
     * A request: the client's answer, or what the backend is to be asked, or both. `now` is in Unix
     * seconds. Between a question and its answer others may ask, as in nginx.
     */
    ask(facts: CacheFacts, now: number): CacheStep;
    /** What the backend answered; null where the ticket is not known. */
    answer(ticket: number, answer: CacheAnswer, now: number): CacheStep | null;
    /** The backend did not answer; null where the ticket is not known. */
    fail(ticket: number, failure: UpstreamFailure, now: number): CacheStep | null;
}

/**
 * How sure an address is. `direct`: the socket's peer, which is not one of our proxies.
 * `forwarded`: named by a hop we trust. `edge`: made by one of our own hosts. `unnamed`: somebody
 * behind a hop of ours, who was not validly named. `none`: no address at all. Only the first two
 * are certain.
 */
export type ClientIpKind = 'direct' | 'edge' | 'forwarded' | 'none' | 'unnamed';
/**
 * The answer: who the client is, how sure that is, and why. Nothing of it can be changed.
 *
 * `addr` is the short name because it is the safe one: it is null unless the address is certain.
 */
export declare class ClientIp {
    private readonly answer;
    private constructor();
    /**
     * The client's address, if it is certain, otherwise null: for access rules, rate limits,
     * sessions.
     */
    get addr(): string | null;
    /** The nearest address known to stand before the request, whatever the kind: for logs only. */
    get addrForLog(): string | null;
    /** The client's port, where the hop that named it wrote one, otherwise null. */
    get port(): number | null;
    /** How the address came about. */
    get kind(): ClientIpKind;
    /** The rule that decided: `first-untrusted`. */
    get reason(): string;
    /** The stable name of the rule, the same in every language: `client-ip/first-untrusted`. */
    get code(): string;
    /** Header entries accepted on the way to the answer, the answer's own included. */
    get hops(): number;
    /** May an access rule use the address? */
    get isCertain(): boolean;
    /** A letter counts from `A`. */
    private count;
    /** The address, whatever its kind, or `-` where there is none. */
    toString(): string;
    /** Every part, for `JSON.stringify` and for logs. */
    toJSON(): {
        addr: string | null;
        addrForLog: string | null;
        port: number | null;
        kind: ClientIpKind;
        reason: string;
        code: string;
        hops: number;
        isCertain: boolean;
    };
}

/** What is known about a request whose `Destination` is read. */
export interface DestinationFacts {
    /** The method, as it was sent. */
    readonly method: string;
    /** The client's `Host`, for public origins `auto`; null if there is none. */
    readonly host?: string | null;
    /** The `Host` that the next server is sent. Default: the client's. */
    readonly forwardedHost?: string | null;
    /** What the client speaks to the site; read for `Location` alone. Default: `https`. */
    readonly scheme?: Scheme;
}
/** The choices of the strict rule. */
export interface DestinationRuleOptions {
    /**
     * What becomes of a Destination on another server: 502, or it is sent on as it is. A server that
     * does not look at the host takes it for its own. Default: `reject`.
     */
    foreign?: 'pass' | 'reject';
    /**
     * What becomes of a path without scheme and host: it is sent on as it is, or the backend's origin
     * is put before it. Default: `keep`.
     */
    pathAbsolute?: 'keep' | 'promote';
    /**
     * Whether a host program maps the tags of `If`. Default: where the backend is an origin of its
     * own, so that the Host may change.
     */
    ifTags?: 'keep' | 'rewrite';
}
/**
 * What becomes of a header. `unchanged`: it is sent on as it is. `rewrite`: one line with `value`
 * replaces every line. `remove`: no such header is sent on. `reject`: answer with `status`.
 */
export interface Rewrite {
    /** What to do. */
    readonly action: 'reject' | 'remove' | 'rewrite' | 'unchanged';
    /** The value of the one line, where the action is `rewrite`, otherwise null. */
    readonly value: string | null;
    /** 400 or 502 where the action is `reject`, otherwise null. */
    readonly status: number | null;
    /** Why it is refused, by name: `foreign-origin`. */
    readonly reason: string | null;
    /** The stable name of the reason, the same in every language: `destination/foreign-origin`. */
    readonly code: string | null;
    /** The reason in words, for the body of the answer. It holds nothing of the client's. */
    readonly text: string | null;
}
/**
 * Maps the `Destination` of COPY and MOVE from the origin that clients know to the one that the
 * next server takes for its own. Made once from configuration, asked for every request; asking
 * throws for arguments of a wrong type only.
 *
 * Texts of headers stand for bytes, one code unit up to U+00FF each, and so does the value.
 *
 * ```js
 * const rule = new DestinationRule('https://tuleap.example.com', 'http')
 * const { action, value, status, text } = rule.rewrite({ method, host }, req.rawHeaders)
 * if (action === 'reject') res.writeHead(status).end(text)
 * ```
 */
export declare class DestinationRule {
    #private;
    /**
     * `publicOrigins`: the origins by which clients reach the site, as a list, or as a text with
     * commas or blanks between them; `auto` is http and https with the client's `Host`. `backend`: an
     * origin, or `http` or `https`, which is that scheme with the forwarded `Host`.
     *
     * @throws {TuleapFrontError} `destination-origin/…`, with the entry.
     */
    constructor(publicOrigins: string | readonly string[], backend: string, settings?: DestinationRuleOptions);
    /**
     * The rule for a server that ends TLS: from the client's `Host`, by http and https, to http with
     * the `Host` that is forwarded.
     */
    static recommended(): DestinationRule;
    /**
     * What the lines of the deployment guide say, byte for byte, for moving away from them.
     * `nginx`: which nginx, where there are several lines: from 1.23 on, or 1.22.
     */
    static documented(guide?: Guide, nginx?: NginxRules): DestinationRule;
    /** Decides about every `Destination` line of a request. */
    rewrite(facts: DestinationFacts, headers: RequestHeaders): Rewrite;
    /** The same, for the values of the `Destination` lines alone, in wire order. */
    rewriteLines(facts: DestinationFacts, lines: readonly string[]): Rewrite;
    /** The rule for one value. */
    rewriteValue(facts: DestinationFacts, value: string): Rewrite;
    /** The decision with what led to it. */
    explain(facts: DestinationFacts, headers: RequestHeaders): DestinationExplanation;
    /** Whether a host program maps the tags of `If`. */
    get ifTags(): 'keep' | 'rewrite';
    /**
     * The value that replaces one `If` line, whose tags name places too (RFC 4918 §10.4); null where
     * it is left as it is. Lists in parentheses, tags on another server and malformed lines are.
     */
    rewriteIf(facts: DestinationFacts, value: string): string | null;
    /** The same with what led to it, tag by tag. */
    explainIf(facts: DestinationFacts, value: string): IfExplanation;
    /**
     * The value that replaces a `Location` or `Content-Location` of the next server's answer, which
     * names its own origin; null where it is left as it is. It is never refused.
     */
    rewriteLocation(facts: DestinationFacts, value: string): string | null;
    /** The same with what led to it. */
    explainLocation(facts: DestinationFacts, value: string): LocationExplanation;
}
/**
 * The `Destination` that nginx itself sends with the lines of the deployment guide, for running
 * beside it and for moving away from it; use DestinationRule for requests.
 */
export declare class NginxDestination {
    #private;
    constructor(guide?: Guide, nginx?: NginxRules);
    /** The value that is sent for the target and the lines of a request; null where none is. */
    sent(target: string, lines: string | readonly string[]): string | null;
}

/** What crosses the border: an explanation for programs and for people. */
interface Explained<Form> {
    readonly form: Form;
    readonly text: string;
}
/** What was decided about a header, and by which rule. */
declare abstract class HeaderExplanation<Form extends {
    action: Rewrite['action'];
    cause: string;
}> {
    #private;
    /** What is done: `rewrite`. */
    readonly action: Rewrite['action'];
    /** The rule that decided: `public-origin`. */
    readonly cause: string;
    /** The stable name of the rule, the same in every language: `destination/public-origin`. */
    readonly code: string;
    protected constructor(noun: string, { form, text }: Explained<Form>);
    /** The explanation for people, on several lines. */
    toString(): string;
    /** The explanation as data, as every language writes it. */
    toJSON(): Form;
}
/** An explanation of a Destination as data; user info is not in it. */
export interface DestinationExplanationForm {
    readonly action: Rewrite['action'];
    readonly status: number | null;
    readonly reason: string | null;
    readonly cause: string;
    readonly because: string;
    readonly lines: number;
    readonly entry: number | null;
    readonly origin: string | null;
    readonly sent: string | null;
    readonly next: string | null;
}
/** What was decided about a `Destination`, and by which rule. */
export declare class DestinationExplanation extends HeaderExplanation<DestinationExplanationForm> {
    /** Why it is refused, or would be if the method had a Destination; null if it is not. */
    readonly reason: string | null;
    /** Which of the listed public origins it named, from 0; null where it named none. */
    readonly entry: number | null;
    /** The listed public origin that it named. */
    readonly origin: string | null;
    /** How many lines there were. */
    readonly lines: number;
    private constructor();
}
/** One tag of an `If` line, and what was decided about it; user info is not in it. */
export interface TagDecision {
    readonly cause: string;
    readonly entry: number | null;
    readonly sent: string;
    readonly next: string | null;
}
/** An explanation of an If line as data. */
export interface IfExplanationForm {
    readonly action: 'rewrite' | 'unchanged';
    readonly cause: string;
    readonly because: string;
    /** Where what is malformed stands, in bytes; null where nothing is. */
    readonly offset: number | null;
    /** The first tags. */
    readonly tags: readonly TagDecision[];
    /** How many further tags there are. */
    readonly more_tags: number;
}
/** What was decided about an `If` line, tag by tag. */
export declare class IfExplanation extends HeaderExplanation<IfExplanationForm> {
    /** The first tags. */
    readonly tags: readonly TagDecision[];
    private constructor();
}
/** An explanation of a Location as data; user info is not in it. */
export interface LocationExplanationForm {
    readonly action: 'rewrite' | 'unchanged';
    readonly cause: string;
    readonly because: string;
    readonly entry: number | null;
    readonly origin: string | null;
    readonly sent: string;
    readonly next: string | null;
}
/** What was decided about a `Location` or a `Content-Location`. */
export declare class LocationExplanation extends HeaderExplanation<LocationExplanationForm> {
    /** Which of the listed public origins it got, from 0; null where it got none. */
    readonly entry: number | null;
    /** The listed public origin that it got. */
    readonly origin: string | null;
    private constructor();
}
export {};

/**
 * Something risky about a configuration that was accepted all the same.
 *
 * `entry` counts from 0; `offset` and `length` are bytes of UTF-8. What is not known is absent.
 */
export interface Warning {
    /** The stable name, such as `trusted-proxies/very-wide`. */
    readonly code: string;
    /** What is risky, in words. */
    readonly message: string;
    /** Which entry of the list, from 0. */
    readonly entry?: number;
    /** Where the entry starts in the text, in bytes. */
    readonly offset?: number;
    /** How many bytes the entry has. */
    readonly length?: number;
}
/**
 * A configuration that was refused, or a peer that is none. Arguments of a wrong type throw a
 * `TypeError`, numbers out of range a `RangeError`.
 *
 * ```js
 * try {
 *   new TrustedProxies('127.0.0.1, 10.0.0.1/8')
 * } catch (error) {
 *   error.code // 'trusted-proxies/host-bits-set'
 *   error.hint // 'write 10.0.0.0/8 for the whole network or 10.0.0.1/32 for the one host'
 * }
 * ```
 */
export declare class TuleapFrontError extends Error {
    /** The stable name, the same in every language: `trusted-proxies/prefix-range`. */
    readonly code: string;
    /** What to write instead, where the message does not end in it. */
    readonly hint: string | undefined;
    /** Which entry of the list, from 0. */
    readonly entry: number | undefined;
    /** Where the faulty part starts in the text, in bytes of UTF-8. */
    readonly offset: number | undefined;
    /** Where the faulty part starts in its entry, in bytes of UTF-8. */
    readonly offsetInEntry: number | undefined;
    /** How many bytes the faulty part has. */
    readonly length: number | undefined;
    /** The line of the faulty part, from 1. */
    readonly line: number | undefined;
    /** The column of the faulty part, in characters from 1. */
    readonly column: number | undefined;
}

/** One step of an explanation. */
export interface Step {
    /** Where it looked: `peer`, `x-forwarded-for[-1]`, `x-real-ip`. */
    readonly place: string;
    /** The first 64 bytes of what was found there. */
    readonly text: string;
    /**
     * What it was taken for: `trusted`, `not-trusted`, `client`, `counted`, or the reason of a
     * fault.
     */
    readonly verdict: string;
}
/** An explanation as data, as every language writes it. */
export interface ExplanationForm {
    readonly client: string | null;
    readonly client_port: number | null;
    readonly kind: string;
    readonly reason: string;
    readonly source: string | null;
    readonly hops: number;
    readonly steps: readonly (readonly [place: string, text: string, verdict: string])[];
    readonly notes: readonly string[];
    readonly unread: number;
}
/** The steps that led to an answer: each hop from right to left, and the verdict on it. */
export declare class Explanation {
    #private;
    /** The answer that is explained. */
    readonly client: ClientIp;
    /** The header the answer was read from, lower case; null where none was read. */
    readonly source: string | null;
    /** The steps, the peer first and then each entry from the right. */
    readonly steps: readonly Step[];
    /** Side remarks, by name: `other-source-ignored`. */
    readonly notes: readonly string[];
    /** Bytes of the header left of the last entry that was read. */
    readonly unread: number;
    private constructor();
    /** The explanation for people, on several lines. */
    toString(): string;
    /** The explanation as data, as every language writes it. */
    toJSON(): ExplanationForm;
}

/** The two configurations of Tuleap's deployment guide. */
export type Guide = 'distributed' | 'reverse-proxy';
/** A header that a hop writes; any case will do. */
export type HopField = 'X-Real-IP' | 'X-Forwarded-For' | 'X-Forwarded-Proto' | 'Host';
/**
 * What a hop does with one header: replace every line by one, send none, or let the client's pass.
 */
export type HopDirective = 'write' | 'remove' | 'keep';
/**
 * What to do with the headers of a request that is passed on: a value to set, or null to remove.
 */
export type HopHeaders = {
    readonly [name in HopField]?: string | null;
};
/**
 * What the next server is told about the client, and what of the client's own words it never sees.
 *
 * ```js
 * const hop = ForwardedHop.recommended().forResolver(resolver)
 * for (const name of Object.keys(headers)) if (hop.strips(name)) delete headers[name]
 * for (const [name, value] of Object.entries(hop.headers(resolver, policy, peer, received, local)))
 *   if (value !== null) headers[name.toLowerCase()] = value
 * ```
 */
export declare class ForwardedHop {
    #private;
    private constructor();
    /**
     * One certain address, the effective scheme, the allowed host; every other forwarding header is
     * stripped, look-alikes included. Where the address is not certain it writes `unknown`.
     */
    static recommended(): ForwardedHop;
    /** What the lines of the deployment guide do, byte for byte. */
    static documented(guide?: Guide): ForwardedHop;
    /** A hop that does something else with one header. */
    with(field: HopField, directive: HopDirective): ForwardedHop;
    /**
     * A hop that strips the headers that this resolver reads, too: the next server may read the
     * same.
     */
    forResolver(resolver: ClientIpResolver): ForwardedHop;
    /**
     * The headers to send on, by name; a name that is absent is kept as the client sent it.
     *
     * @throws {TuleapFrontError} `peer/not-an-address` for a peer that is not known.
     */
    headers(resolver: ClientIpResolver, policy: OriginPolicy, peer: Peer, headers: RequestHeaders, local: Local): HopHeaders;
    /** Is a client's header with this name kept from the next server? */
    strips(name: string): boolean;
    /**
     * Why a client's header with this name is kept from the next server: `forwarded-hop/alias`,
     * `forwarded-hop/claim` or `forwarded-hop/replaced`; null if it is not.
     */
    stripReason(name: string): string | null;
}

/** What is known about a request and the answer to it. */
export interface GzipFacts {
    /** How the client reached the site: `OriginPolicy.origin` says so behind a load balancer. */
    readonly scheme: Scheme;
    /** The method, as it was sent. Default: `GET`. */
    readonly method?: string;
    /** The version of the client's request: `HTTP/1.1`, `HTTP/2`. Default: `HTTP/1.1`. */
    readonly version?: string;
    /** The header of the request. */
    readonly request: RequestHeaders;
    /** The status of the answer. */
    readonly status: number;
    /** The header of the answer, as the backend sent it. */
    readonly response: ResponseHeaders;
    /** Bytes of its content, or `unknown`. Default: as the header says. */
    readonly length?: number | 'unknown' | null;
    /** Unix seconds: `Date.now() / 1000`. */
    readonly now: number;
}
/** A parameter of `gzip_proxied`. */
export type GzipProxied = 'off' | 'expired' | 'no-cache' | 'no-store' | 'private' | 'no_last_modified' | 'no_etag' | 'auth' | 'any';
/**
 * Whether answers that are made for one user may be compressed over https: `compress` where pages
 * mask their tokens, or pad their length; otherwise `identity`.
 */
export type Secrets = 'compress' | 'identity';
/** What a policy says beside its directives. */
export interface GzipPolicyOptions {
    /** Which nginx is equalled. Default: `current`. */
    nginx?: NginxRules;
    /** For the recommended policy. Default: `identity`. */
    secrets?: Secrets;
    /** The parameters of an `expires` in the same place: `1h`. */
    expires?: string;
}
/** What becomes of an `ETag`; `none`: there is none. */
export type EtagEffect = 'keep' | 'none' | 'remove' | 'weaken';
/** What becomes of an answer, and of its header. */
export interface GzipVerdict {
    /** Is it compressed? Then it gets `Content-Encoding: gzip`. */
    readonly compresses: boolean;
    /** The rule that decided, by name: `not-accepted`. */
    readonly reason: string;
    /** The stable name, the same in every language: `gzip/not-accepted`. */
    readonly code: string;
    /** The rule in words. */
    readonly text: string;
    /** Is a `Vary: Accept-Encoding` due? */
    readonly varies: boolean;
    /** What becomes of the `ETag`. */
    readonly etag: EtagEffect;
    /** The lines that go, names in lower case. */
    readonly removes: readonly string[];
}
/** Something that was looked at. */
export interface GzipStep {
    /** What was looked at: `accept-encoding`. */
    readonly check: string;
    /** What was there, as it may be shown; null for nothing. */
    readonly seen: string | null;
    /** Did it decide? */
    readonly decides: boolean;
}
/** An explanation of what is compressed as data, as every language writes it. */
export interface GzipExplanationForm {
    readonly compresses: boolean;
    readonly reason: string;
    readonly because: string;
    readonly varies: boolean;
    readonly etag: EtagEffect;
    readonly removes: readonly string[];
    readonly steps: readonly GzipStep[];
}
/** What was decided about an answer, and why. */
export declare class GzipExplanation {
    #private;
    private constructor();
    /** The explanation for people, on several lines. */
    toString(): string;
    /** The explanation as data, as every language writes it. */
    toJSON(): GzipExplanationForm;
}
/**
 * Which answers are compressed, and what becomes of their header. The recommended policy leaves
 * what is made for one user as it is (BREACH); the documented one, Tuleap's, and what is read from
 * directives are nginx.
 *
 * ```js
 * const policy = new GzipPolicy()
 * const response = { 'content-type': 'text/css' }
 * const facts = { scheme: 'https', request: req.headers, status: 200, response, now }
 * if (policy.decide(facts).compresses) {
 *   for (const [name, value] of policy.responseLines(facts)) res.setHeader(name, value)
 * }
 * ```
 */
export declare class GzipPolicy {
    #private;
    /**
     * `directives`: those of nginx, such as `gzip on; gzip_types text/css;`. Without them it is the
     * recommended policy.
     *
     * @throws {TuleapFrontError} `gzip/…`, with its place, or `expires/…`.
     */
    constructor(directives?: string, settings?: GzipPolicyOptions);
    /** Ours. */
    static recommended(settings?: GzipPolicyOptions): GzipPolicy;
    /** What the lines of the deployment guide say, which are the same in both guides. */
    static documented(guide?: Guide, settings?: GzipPolicyOptions): GzipPolicy;
    /** What the configuration that Tuleap comes with today says. */
    static tuleap(settings?: GzipPolicyOptions): GzipPolicy;
    /** Is it our own, and not nginx? */
    get isRecommended(): boolean;
    /** `gzip` */
    get isOn(): boolean;
    /** `gzip_vary` */
    get hasVary(): boolean;
    /** `gzip_proxied`, in nginx's order. */
    get proxied(): GzipProxied[];
    /** `gzip_types`, without `text/html` and `*`. None for the recommended policy. */
    get types(): string[];
    /** `gzip_types *`: is every type listed? */
    get hasAllTypes(): boolean;
    /** `gzip_disable`: regular expressions, and `msie6`. */
    get disable(): string[];
    /** `gzip_min_length` */
    get minLength(): number;
    /** `gzip_http_version`: `HTTP/1.1`. */
    get httpVersion(): string;
    /** The parameters of `expires`. */
    get expires(): string;
    /** `proxy_pass_header Date`: is `Expires` held against the backend's clock? */
    get passesDate(): boolean;
    /** Which nginx is equalled. */
    get nginx(): NginxRules;
    /** Whether answers that are made for one user may be compressed. */
    get secrets(): Secrets;
    /** What becomes of an answer. */
    decide(facts: GzipFacts): GzipVerdict;
    /** The same, with what was looked at. */
    explain(facts: GzipFacts): GzipExplanation;
    /**
     * The lines that the client gets of those that are changed, in the order in which nginx writes
     * them: `Content-Type`, `Content-Length`, `Vary`, `ETag`, `Accept-Ranges`, `Cache-Control`,
     * `Expires` and `Content-Encoding`.
     */
    responseLines(facts: GzipFacts): [name: string, value: string][];
    /** As directives; for the recommended policy what comes closest to it in nginx. */
    toString(): string;
}

/** How the head of a request is read. */
export interface RequestHeadOptions {
    /** nginx's `merge_slashes`. Default: true. */
    mergeSlashes?: boolean;
    /**
     * Which lines are kept, by their names: `plain` are letters, digits and `-`; `underscores` is
     * `underscores_in_headers on`, `any` is `ignore_invalid_headers off`. Default: `plain`.
     */
    names?: HeaderNames;
    /** Which nginx. Default: `current`. */
    nginx?: NginxRules;
}
/** Which header lines are kept, by their names. */
export type HeaderNames = 'any' | 'plain' | 'underscores';
/** A header line; both stand for bytes, one code unit up to U+00FF each. */
export type HeaderLine = readonly [name: string, value: string];
/**
 * The head of a request, line by line as nginx reads it. Texts stand for bytes, one code unit up to
 * U+00FF each: `buffer.toString('latin1')`.
 *
 * ```js
 * const head = RequestHead.parse('GET /a HTTP/1.1\r\nHost: Tuleap.example.com:80\r\n\r\n')
 * if ('status' in head) socket.end(`HTTP/1.1 ${head.status} ${head.text}\r\n\r\n`)
 * else head.host // 'tuleap.example.com'
 * ```
 */
export declare class RequestHead {
    /** The method, as it was sent. */
    readonly method: string;
    /** The target. */
    readonly target: RequestTarget;
    /** `HTTP/1.1`; `HTTP/0.9` where there is none. */
    readonly version: string;
    /** `$host`; null where the client names none: then it is the name of the server. */
    readonly host: string | null;
    /** `$http_host`: the value of `Host`, as it was sent; null where there is none. */
    readonly httpHost: string | null;
    /** The header lines that are kept: in this form functions of this package take headers. */
    readonly lines: readonly HeaderLine[];
    /** What follows the head. */
    readonly rest: string;
    private constructor();
    /** Reads the head that a text starts with, or says what nginx answers. */
    static parse(head: string, settings?: RequestHeadOptions): RequestHead | RequestRefusal;
}
/** The head of a response, as nginx reads it from the server that it asks. */
export declare class ResponseHead {
    /** The status: three digits. */
    readonly status: number;
    /** The header lines: in this form functions of this package take headers. */
    readonly lines: readonly HeaderLine[];
    /** What follows the head. */
    readonly rest: string;
    private constructor();
    /** Reads the head that a text starts with, or says what nginx answers: `'code' in head`. */
    static parse(head: string): ResponseHead | RequestRefusal;
}
/**
 * What `$host` becomes of a `Host`, or of the host of an absolute target: lower case, without the
 * port and without one final dot.
 */
export declare class NginxHost {
    #private;
    private constructor();
    /** Reads the value of a `Host`, or says what nginx answers. */
    static parse(value: string, nginx?: NginxRules): NginxHost | RequestRefusal;
    /** `$host` */
    toString(): string;
    /** `$host` */
    toJSON(): string;
}

/** What is known about a request that may be redirected. */
export interface RedirectFacts {
    /** What the client speaks to the site: `OriginPolicy.origin` says so behind a load balancer. */
    readonly scheme: Scheme;
    /** The method, as it was sent. */
    readonly method: string;
    /** The request target, as it was sent; never decoded. */
    readonly target: string;
}
/**
 * The status of a redirect. `by-safety`: 301 for the methods that a client may repeat as a GET, GET
 * and HEAD among them, and 308 for all others.
 */
export type RedirectStatus = 'by-safety' | 'found' | 'moved-permanently' | 'permanent-redirect' | 'see-other' | 'temporary-redirect';
/** The choices of a redirect. */
export interface HttpsRedirectOptions {
    /** Default: `by-safety`, and `moved-permanently` for the documented one. */
    status?: RedirectStatus;
    /** Which nginx, where versions answer otherwise. Default: `current`. */
    nginx?: NginxRules;
}
/** What is answered. `stay`: the request came over https and is served. */
export interface RedirectDecision {
    /** What to do. */
    readonly action: 'redirect' | 'refuse' | 'stay';
    /** What to answer; null for `stay`. */
    readonly status: number | null;
    /** The value of `Location`, for `redirect`, otherwise null. */
    readonly location: string | null;
    /** The rule that decided, by name: `keeps-method`. */
    readonly reason: string;
    /** The stable name, the same in every language: `https-redirect/keeps-method`. */
    readonly code: string;
    /** The rule in words; for the body of a refusal. */
    readonly text: string;
}
/** An explanation of a redirect as data, as every language writes it. */
export interface RedirectExplanationForm {
    readonly action: RedirectDecision['action'];
    readonly status: number | null;
    readonly reason: string;
    readonly because: string;
    readonly asked: string;
    readonly location: string | null;
}
/** What is answered, and by which rule. */
export declare class RedirectExplanation {
    #private;
    private constructor();
    /** The explanation for people, on several lines. */
    toString(): string;
    /** The explanation as data, as every language writes it. */
    toJSON(): RedirectExplanationForm;
}
/**
 * Sends requests over plain http to https: to the configured host, never to one that the request
 * names, with the request's own target behind it, byte for byte.
 *
 * ```js
 * const redirect = new HttpsRedirect('tuleap.example.com')
 * const { action, status, location } = redirect.decide({ scheme, method, target: req.url })
 * if (action === 'redirect') res.writeHead(status, { location }).end()
 * ```
 */
export declare class HttpsRedirect {
    #private;
    /**
     * `origin`: a host, `host:port`, or `https://` and one of them.
     *
     * @throws {TuleapFrontError} `https-origin/…`.
     */
    constructor(origin: string, settings?: HttpsRedirectOptions);
    /**
     * What the lines of the deployment guide answer, for the value of `server_name`: with `:443` in
     * the guide to the reverse proxy, without it in that to the distributed set-up.
     *
     * @throws {TuleapFrontError} `https-origin/…`, for a name with which nginx does not start.
     */
    static documented(guide: Guide, serverName: string, settings?: HttpsRedirectOptions): HttpsRedirect;
    /** Decides about a request. */
    decide(facts: RedirectFacts): RedirectDecision;
    /** The decision with what led to it. */
    explain(facts: RedirectFacts): RedirectExplanation;
}

/** How a location compares: `=`, `^~`, `~`, `~*`, or a prefix, which has none. */
export type LocationModifier = '' | '=' | '^~' | '~' | '~*';
/** One location. */
export interface LocationRule {
    /** How it compares. */
    readonly modifier: LocationModifier;
    /** What it compares with. */
    readonly pattern: string;
    /** What the caller calls it. */
    readonly name: string;
}
/** The location that takes a path. */
export interface LocationMatch extends LocationRule {
    /** Which one, from 0. */
    readonly index: number;
    /** Why this one, by name: `longest-prefix`. */
    readonly reason: string;
}
/** The choice of a location as data, as every language writes it. */
export interface LocationsExplanationForm {
    readonly location: string | null;
    readonly rule: string | null;
    readonly index: number | null;
    readonly reason: string;
    readonly because: string;
    readonly prefix: string | null;
    readonly regexes: readonly string[];
}
/** The choice of a location, and what was compared. */
export declare class LocationsExplanation {
    #private;
    private constructor();
    /** The explanation for people, on several lines. */
    toString(): string;
    /** The explanation as data, as every language writes it. */
    toJSON(): LocationsExplanationForm;
}
/**
 * Which `location` of an nginx server takes a path, which is `RequestTarget.uri`.
 *
 * ```js
 * const locations = new Locations('/ web\n^~ /svnplugin svn\n~* \\.(?:js|css)$ media')
 * locations.find('/a.CSS').name // 'media'
 * ```
 */
export declare class Locations {
    #private;
    /**
     * A list, or a text with one location a line: modifier, pattern, name.
     *
     * @throws {TuleapFrontError} `locations/…`, with its place.
     */
    constructor(locations: string | readonly LocationRule[]);
    /** The location that takes this path; null where none does. */
    find(uri: string): LocationMatch | null;
    /** The same, with what was compared. */
    explain(uri: string): LocationsExplanation;
    /** As it is read, one location a line. */
    toString(): string;
}

/** What is read of a request of `node:http`, Express, Connect or Fastify. */
export interface IncomingRequest {
    readonly socket?: {
        readonly remoteAddress?: string | undefined;
    } | null;
    readonly rawHeaders?: readonly string[];
    /** The request of `node:http` under one of Fastify. */
    readonly raw?: IncomingRequest;
    clientIp?: ClientIp;
}
/** How the middleware finds the client. */
export interface ClientIpOptions extends ClientIpResolverOptions {
    /** The proxies whose headers count. */
    trusted: TrustedProxies | string;
    /**
     * The socket's other end. Default: `req.socket.remoteAddress`, which Node does not know for a
     * local socket: there, pass `() => 'unix:'`.
     */
    peer?: (request: IncomingRequest) => Peer;
}
/**
 * Middleware that puts the answer into `req.clientIp`, a ClientIp: `app.use(clientIp({ trusted }))`
 * for Express and Connect, `fastify.addHook('onRequest', clientIp({ trusted }))` for Fastify.
 * Nothing else of the request or its socket changes.
 *
 * @throws {TuleapFrontError} at once, for a configuration that is refused.
 */
export declare function clientIp(settings: ClientIpOptions): (request: object, response: object, next: () => void) => void;
/**
 * The function that Express (`app.set('trust proxy', …)`) and Fastify (`trustProxy`) take: is this
 * address in the list? The list and nothing else: who the client is, the framework then decides by
 * its own reading of `X-Forwarded-For`. For the answer of this package, use `clientIp`.
 *
 * @throws {TuleapFrontError} at once, for a list that is refused.
 */
export declare function trustProxy(trusted: TrustedProxies | string): (address: string, hop: number) => boolean;
declare global {
    namespace Express {
        interface Request {
            /** Who the client is, where the middleware `clientIp` of `tuleap-front` ran. */
            clientIp?: ClientIp;
        }
    }
}

/** Which nginx, where versions differ: the newest, or 1.22. */
export type NginxRules = 'current' | '1.22';
/** The directives beside `set_real_ip_from`. */
export interface NginxRealipOptions {
    /** `real_ip_header`, spelled as in the configuration. Default: `X-Real-IP`. */
    header?: string;
    /** `real_ip_recursive`. Default: false. */
    recursive?: boolean;
    /** Which nginx: 1.27.3 and later, or up to 1.27.2. Default: `current`. */
    rules?: NginxRules;
}
/** What realip made of a request. */
export interface NginxClient {
    /** `$remote_addr`. */
    readonly addr: string;
    /** `$remote_port`, where the entry had one, otherwise null. */
    readonly port: number | null;
    /** Was the peer's address replaced? */
    readonly isRewritten: boolean;
}
/**
 * What nginx's realip module answers, for running beside it and for moving away from it; use
 * ClientIpResolver for decisions.
 */
export declare class NginxRealip {
    #private;
    /**
     * `trusted`: the values of `set_real_ip_from`.
     *
     * @throws {TuleapFrontError} `nginx-realip/entry`, `nginx-realip/header`.
     */
    constructor(trusted: readonly string[], settings?: NginxRealipOptions);
    /**
     * The address that `$remote_addr` has afterwards.
     *
     * @throws {TuleapFrontError} `peer/not-an-address` for a peer that is not known.
     */
    resolve(peer: Peer, headers: RequestHeaders): NginxClient;
}

/** What is known of the connection that a head came over. */
export interface ServerFacts {
    /** `$remote_addr`: the other end, or what realip made of it. */
    readonly remoteAddr: string;
    /** `$scheme`: with TLS or without. */
    readonly scheme: Scheme;
}
/** What the next server is sent. */
export interface PassedRequest {
    /** Scheme, host and port, as `proxy_pass` has them. */
    readonly backend: string;
    /** The request target. */
    readonly target: string;
    /** The header lines in wire order. */
    readonly lines: readonly HeaderLine[];
}
/** What becomes of a request as data, as every language writes it. */
export interface ServerAnswerForm {
    readonly server: number;
    readonly server_name: string;
    readonly reason: string;
    readonly because: string;
    readonly host: string;
    readonly http_host: string | null;
    readonly method: string;
    readonly request_uri: string;
    readonly uri: string;
    readonly args: string;
    readonly location: string | null;
    readonly backend: string | null;
    readonly target: string | null;
    readonly lines: readonly HeaderLine[] | null;
    readonly redirect: string | null;
}
/**
 * What becomes of a request: which server and which location take it, and what the next server is
 * sent. Where there is neither `upstream` nor `redirect`, the server answers itself.
 */
export declare class ServerAnswer {
    #private;
    /** The head. */
    readonly head: RequestHead;
    /** `$host`; the name of the server where the client names none. */
    readonly host: string;
    /** Which server, from 0. */
    readonly server: number;
    /** `$server_name`: the first name of the server, whatever the client asked for. */
    readonly serverName: string;
    /** Why this server, by name. */
    readonly reason: string;
    /** The stable name of why, the same in every language. */
    readonly code: string;
    /** Why this server, in words. */
    readonly text: string;
    /** The location; its name is the server that is asked. Null where there is none. */
    readonly location: LocationRule | null;
    /** What the next server is sent; null where none is asked. */
    readonly upstream: PassedRequest | null;
    /** Where the client is sent to instead, by 301: path and query. Otherwise null. */
    readonly redirect: string | null;
    private constructor();
    /** The answer for people, on several lines. */
    toString(): string;
    /** The answer as data, as every language writes it. */
    toJSON(): ServerAnswerForm;
}
/** The choices of servers. */
export interface NginxServersOptions {
    /** Which nginx. Default: `current`. */
    nginx?: NginxRules;
}
/**
 * The servers of one listening address, as nginx has them: which one a request is for, which
 * location takes it, and what the next server is sent.
 *
 * ```js
 * const servers = new NginxServers(`
 *   server {
 *     server_name tuleap.example.com;
 *     location / {
 *       proxy_set_header Host $host;
 *       proxy_pass http://127.0.0.1:8080;
 *     }
 *   }
 * `)
 * const facts = { remoteAddr: '192.0.2.7', scheme: 'https' }
 * const answer = servers.answer('GET //a%2Fb HTTP/1.1\r\nHost: a.example\r\n\r\n', facts)
 * answer.upstream.target // '//a%2Fb'
 * ```
 */
export declare class NginxServers {
    #private;
    /**
     * Blocks `server` of nginx; the first one is the default.
     *
     * @throws {TuleapFrontError} `servers/…` or `locations/…`, with its place.
     */
    constructor(servers: string, settings?: NginxServersOptions);
    /**
     * What becomes of the request whose head a text starts with, or what nginx answers instead:
     * `'status' in answer`. The text stands for bytes, one code unit up to U+00FF each.
     *
     * @throws {TuleapFrontError} `peer/not-an-address` for a `remoteAddr` that is none.
     */
    answer(head: string, facts: ServerFacts): ServerAnswer | RequestRefusal;
    /** As it is read. */
    toString(): string;
}

/** `http` or `https`. */
export type Scheme = 'http' | 'https';
/** What a listener knows by itself, before any header is read. */
export interface Local {
    /** `https` if this server speaks TLS. */
    readonly scheme: Scheme;
    /** The request's `Host`, with its port if it has one; null if there is none. */
    readonly host: string | null;
    /** The port of this server, 0 to 65535. */
    readonly port: number;
}
/** Which facts about the origin may come from a trusted peer's headers. */
export interface OriginPolicyOptions {
    /** Read `X-Forwarded-Proto`, or `proto=` of `Forwarded`. Default: true. */
    forwardedScheme?: boolean;
    /**
     * The n-th value of `X-Forwarded-Proto` from the right, 1 to 255, where inner proxies append.
     * Default: 1.
     */
    protoHops?: number;
    /**
     * The hosts a request may be for: names, and `.example.org` for a domain and below. Default: the
     * listener's own host is not checked.
     */
    allowedHosts?: readonly string[];
    /** Read `X-Forwarded-Host`, or `host=` of `Forwarded`; needs `allowedHosts`. Default: false. */
    forwardedHost?: boolean;
    /** Read `X-Forwarded-Port`. Default: false. */
    forwardedPort?: boolean;
}
/**
 * Where a part of an origin comes from: a trusted peer's header, the listener, or the scheme's own
 * port.
 */
export type OriginSource = 'forwarded' | 'listener' | 'scheme';
/** Scheme, host and port by which the client reached the site. */
export interface Origin {
    /** The scheme. */
    readonly scheme: Scheme;
    /** The host, lower case; null if it is not an allowed one: answer 400 or 421. */
    readonly host: string | null;
    /** The port. */
    readonly port: number;
    /** Where the scheme comes from. */
    readonly schemeSource: OriginSource;
    /** Where the host comes from. */
    readonly hostSource: OriginSource;
    /** Where the port comes from. */
    readonly portSource: OriginSource;
    /** Side remarks, by name: `proto-invalid`. */
    readonly notes: readonly string[];
    /** `https://tuleap.example.com`; without an allowed host, `https://-`. */
    readonly text: string;
}
/**
 * Decides scheme, host and port of requests. The headers of a peer that is not trusted are not
 * read.
 *
 * ```js
 * const policy = new OriginPolicy({ allowedHosts: ['tuleap.example.com'], forwardedHost: true })
 * policy.origin(resolver, peer, headers, { scheme: 'http', host: 'backend', port: 80 }).scheme
 * ```
 */
export declare class OriginPolicy {
    #private;
    /**
     * @throws {TuleapFrontError} `allowed-hosts/empty`, `allowed-hosts/host`.
     */
    constructor(settings?: OriginPolicyOptions);
    /** The origin of a request. */
    origin(resolver: ClientIpResolver, peer: Peer, headers: RequestHeaders, local: Local): Origin;
}

/**
 * How a request ends. `loop`: it is redirected to what it asked for, for ever. `plain-http-served`:
 * the application answers over plain http. `redirected-once`: it is redirected to https, and then
 * served. `served`: the application answers over https. `unreachable`: nobody listens.
 */
export type ChainVerdict = 'loop' | 'plain-http-served' | 'redirected-once' | 'served' | 'unreachable';
/** Who is to blame for what is wrong, and what to write instead. */
export interface ChainCause {
    /** The stable name, the same in every language: `redirect-loop/…`, without its noun. */
    readonly reason: string;
    /** The hop. */
    readonly hop: string;
    /** What is wrong, in words. */
    readonly text: string;
    /** What to do about it, in words. */
    readonly advice: string;
    /** The hop as it should be written, where that is known. */
    readonly instead: string | null;
}
/** What one hop sees of a request. */
export interface ChainStep {
    /** Its name. */
    readonly hop: string;
    /** What the hop before it, or the client, speaks to it. */
    readonly reached_by: Scheme;
    /** The `X-Forwarded-Proto` that it gets. */
    readonly proto: Scheme | null;
    /** The scheme that it takes for the client's. */
    readonly believes: Scheme;
    /** Why it does. */
    readonly belief: string;
    /** Does it redirect to https? */
    readonly redirects: boolean;
    /** The `X-Forwarded-Proto` that it sends on. */
    readonly sends: Scheme | null;
}
/** What becomes of a request over one scheme. */
export interface ChainRun {
    readonly verdict: ChainVerdict;
    /** The whole in one sentence. */
    readonly text: string;
    /** The hop that ends TLS. */
    readonly tls_ends_at: string | null;
    readonly steps: readonly ChainStep[];
    readonly causes: readonly ChainCause[];
}
/** Both verdicts as data, as every language writes it. */
export interface ChainExplanationForm {
    readonly https: ChainRun;
    readonly http: ChainRun;
    readonly notes: readonly ChainCause[];
    readonly is_sound: boolean;
    readonly corrected: string | null;
}
/** What becomes of a request over https and of one over http, and why. */
export declare class ChainExplanation {
    #private;
    /** Over https. */
    readonly https: ChainRun;
    /** Over plain http. */
    readonly http: ChainRun;
    /** What is risky though it works. */
    readonly notes: readonly ChainCause[];
    /** Is nothing wrong? */
    readonly isSound: boolean;
    /** The chain as it should be; null where nothing is wrong. */
    readonly corrected: string | null;
    private constructor();
    /** The explanation for people, on several lines. */
    toString(): string;
    /** The explanation as data, as every language writes it. */
    toJSON(): ChainExplanationForm;
}
/**
 * The hops between a client and the application, and whether their redirects to https come to an
 * end: who ends TLS, who believes what and why.
 *
 * ```js
 * const chain = new ProxyChain('lb: https; nginx: http, redirects')
 * chain.verdict('https') // 'loop'
 * chain.explain().https.text // 'TLS ends at lb; nginx believes http because …'
 * ```
 */
export declare class ProxyChain {
    #private;
    /**
     * One hop per line, or with `;` between them, the client's end first: `name: http, https or http
     * and https`, and after commas `trusts NAME`, `writes proto`, `redirects` and what else the Rust
     * documentation lists.
     *
     * @throws {TuleapFrontError} `proxy-chain/…`, with its place.
     */
    constructor(chain: string);
    /** How a request ends that a client sends by this scheme. */
    verdict(scheme: Scheme): ChainVerdict;
    /** Both verdicts, and what led to them. */
    explain(): ChainExplanation;
    /** The chain with everything changed that is wrong; itself where nothing is. */
    corrected(): ProxyChain;
    /** The chain on one line. */
    toString(): string;
}

/** What nginx answers to a request that it refuses. */
export interface RequestRefusal {
    /** 400, 405, 501 or 505; 502 for the head of a response. */
    readonly status: number;
    /** Why, by name: `above-root`. */
    readonly reason: string;
    /** The stable name, the same in every language: `request-target/above-root`. */
    readonly code: string;
    /** The reason in words. */
    readonly text: string;
}
/** How a target is read. */
export interface RequestTargetOptions {
    /** nginx's `merge_slashes`. Default: true. */
    mergeSlashes?: boolean;
}
/** How a line is read. */
export interface RequestLineOptions extends RequestTargetOptions {
    /** Which nginx, for CONNECT. Default: `current`. */
    nginx?: NginxRules;
}
/**
 * A request target as nginx reads it. Texts stand for bytes, one code unit up to U+00FF each; `uri`
 * may hold any of them but NUL: never put it into a header.
 *
 * ```js
 * const target = RequestTarget.parse('/plugins%2Fsvn//a/../%61.css?x=%2e')
 * if ('status' in target) res.writeHead(target.status).end(target.text)
 * else target.uri // '/plugins/svn/a.css'
 * ```
 */
export declare class RequestTarget {
    /** `$request_uri`: the target from the path on, as it was sent. */
    readonly requestUri: string;
    /** `$uri`: the decoded, normalized path. */
    readonly uri: string;
    /** `$args`: the query, as it was sent. */
    readonly args: string;
    /** The host of an absolute URI, otherwise null. */
    readonly host: string | null;
    private constructor();
    /** Reads a target, or says what nginx answers. */
    static parse(target: string, settings?: RequestTargetOptions): RequestTarget | RequestRefusal;
}
/** A request line as nginx reads it. */
export declare class RequestLine {
    /** The method, as it was sent. */
    readonly method: string;
    /** The target. */
    readonly target: RequestTarget;
    /** `HTTP/1.1`; `HTTP/0.9` where there is none. */
    readonly version: string;
    private constructor();
    /** Reads the line that a text starts with, or says what nginx answers. */
    static parse(line: string, settings?: RequestLineOptions): RequestLine | RequestRefusal;
}

/** The socket's other end as text; nothing where it is not known. */
export type Peer = string | null | undefined;
/**
 * Request headers in a form that programs have them in:
 * - an object by name, as `req.headers` of Node: a value is a text, a list of them or undefined;
 * - name, value, name, value, …, as `req.rawHeaders` of Node;
 * - pairs: a list of `[name, value]`, a `Map`, or `Headers` of `fetch`.
 *
 * A text stands for bytes as Node and `fetch` write them: one code unit up to U+00FF each. A code
 * unit above that stands for a byte that no address has.
 */
export type RequestHeaders = readonly string[] | Iterable<readonly [string, string | readonly string[]]> | {
    readonly [name: string]: string | readonly string[] | undefined;
};
/** The headers of an answer: in the same forms, or as `res.getHeaders()` of Node has them. */
export type ResponseHeaders = RequestHeaders | {
    readonly [name: string]: number | string | readonly string[] | undefined;
};

/** How a resolver reads headers. */
export interface ClientIpResolverOptions {
    /**
     * The headers that name the client, in the order in which they are tried. More than one is
     * risky: a client can send what the proxy does not. Default: `['X-Forwarded-For']`.
     */
    headers?: readonly string[];
    /**
     * Takes the n-th entry from the right, 1 to 255, for proxies whose addresses are not known.
     * Default: it walks.
     */
    hops?: number;
    /** Hops of our own that are walked at most, 1 to 255. Default: 32. */
    maxHops?: number;
    /**
     * With `hops`: from any peer. Whoever reaches the server directly names its own address.
     * Default: false.
     */
    dangerAnyPeer?: boolean;
}
/**
 * Who is the client? Made once from configuration, asked for every request.
 *
 * The peer must be trusted before any header is looked at. Then the header is read from the right:
 * the first entry that is not one of ours is the client, and nothing left of it is read. Asking
 * throws for arguments of a wrong type only.
 *
 * ```js
 * const resolver = new ClientIpResolver('127.0.0.1')
 * const client = resolver.resolve(req.socket.remoteAddress, req.rawHeaders)
 * client.addr // '203.0.113.9', or null where it is not certain
 * ```
 */
export declare class ClientIpResolver {
    #private;
    /**
     * @throws {TuleapFrontError} for a list that is refused, and `forwarding-header/name`.
     */
    constructor(trusted: TrustedProxies | string, settings?: ClientIpResolverOptions);
    /**
     * Answers for a request. `peer` is the socket's other end: an address without port, or `unix:`.
     */
    resolve(peer: Peer, headers: RequestHeaders): ClientIp;
    /**
     * Answers from the values of the first configured header, in wire order: one value per header
     * line, and a line with a list is one value. A string is the value of the only line.
     */
    resolveValues(peer: Peer, values: string | readonly string[] | null | undefined): ClientIp;
    /** The same answer as `resolve`, with the steps that lead to it. Not for every request. */
    explain(peer: Peer, headers: RequestHeaders): Explanation;
    /**
     * May this peer's headers be read?
     *
     * @throws {TuleapFrontError} `peer/not-an-address` for text that is neither an address nor `unix:`.
     */
    trusts(peer: Peer): boolean;
    /** What is risky about the configuration. */
    get warnings(): Warning[];
}

/** What a path is. */
export type FileKind = 'directory' | 'file' | 'missing';
/** Says what a path is: bytes, one code unit up to U+00FF each. */
export type FileLookup = (path: string) => FileKind;
/** What is known of a request beside its target. */
export interface RouteOptions extends RequestTargetOptions {
    /** The method. Default: `GET`. */
    method?: string;
}
/** Where a request goes. What there is not is null. */
export interface Route {
    /** `proxy` and `fastcgi`: a backend answers; `file`: a file is sent. */
    readonly outcome: 'fastcgi' | 'file' | 'proxy' | 'redirect' | 'refuse';
    /** The name of the server that answers. */
    readonly backend: string | null;
    /**
     * What the server is asked for by HTTP, for `proxy`: the target as it was sent; after an internal
     * redirect `uri`, percent-encoded, and `args`.
     */
    readonly backendTarget: string | null;
    /** `$uri` at the end. */
    readonly uri: string;
    /** `$args` at the end. */
    readonly args: string;
    /** The file that is sent, or the script that is run: `SCRIPT_FILENAME`. */
    readonly file: string | null;
    /** `DOCUMENT_ROOT`, for FastCGI. */
    readonly documentRoot: string | null;
    /** `SCRIPT_NAME`, for FastCGI. */
    readonly scriptName: string | null;
    /** The status of a redirect or a refusal. */
    readonly status: number | null;
    /** Path and query of a redirect; put the site's origin before it. */
    readonly location: string | null;
    /** Why it is refused, by name. */
    readonly reason: string | null;
    /** What the location that answers does, as it is written. */
    readonly action: string | null;
    /** Which location answers, from 0. */
    readonly locationIndex: number | null;
    /** How often it was redirected internally. */
    readonly internalRedirects: number;
    /** May the request have its method? Where not, answer 405. */
    readonly isAllowed: boolean;
}
/** The way of a request as data, as every language writes it. */
export interface RouteExplanationForm {
    readonly outcome: Route['outcome'];
    readonly backend: string | null;
    readonly uri: string;
    readonly args: string;
    readonly file: string | null;
    readonly status: number | null;
    readonly location: string | null;
    readonly reason: string | null;
    readonly rule: string | null;
    readonly action: string | null;
    readonly internal_redirects: number;
    readonly because: string;
    readonly steps: readonly {
        readonly step: string;
        readonly [part: string]: string | null;
    }[];
}
/** The way of a request, step by step. */
export declare class RouteExplanation {
    #private;
    private constructor();
    /** The explanation for people, on several lines. */
    toString(): string;
    /** The explanation as data, as every language writes it. */
    toJSON(): RouteExplanationForm;
}
/**
 * Which server or which file answers a request: the locations of an nginx server, and what each
 * does.
 *
 * ```js
 * const routes = Routes.documented('distributed')
 * routes.route('/svnplugin/a/trunk', () => 'missing').backend // 'svn'
 * ```
 */
export declare class Routes {
    #private;
    /**
     * One location a line: modifier, pattern, and what it does; the Rust documentation lists the
     * words.
     *
     * @throws {TuleapFrontError} `routes/…` or `locations/…`, with its place.
     */
    constructor(routes: string);
    /** The distributed set-up as it is right today. */
    static recommended(): Routes;
    /**
     * The locations of the deployment guide. The distributed one has two locations `/`, of which
     * nginx takes one alone: `proxy` is the one that asks the web backend, `try-files` the one that
     * looks for files.
     */
    static documented(guide: Guide, root?: 'proxy' | 'try-files'): Routes;
    /** The names of the backends, each once. */
    get backends(): string[];
    /**
     * The way of a request; `files` is asked what a path is. What nginx refuses before it looks for
     * a location is a refusal.
     */
    route(target: string, files: FileLookup, settings?: RouteOptions): Route | RequestRefusal;
    /** The same with every step. */
    explain(target: string, files: FileLookup, settings?: RouteOptions): RouteExplanation | RequestRefusal;
    /** As it is read, one location a line. */
    toString(): string;
}

/** The numbers of the proxy for ssh, which is nginx's `stream` and no HTTP. Times are seconds. */
export declare class SshStream {
    /** The port of the front. */
    readonly listen: number;
    /** `max_fails` */
    readonly maxFails: number;
    /** `fail_timeout` */
    readonly failTimeout: number;
    /** `proxy_connect_timeout` */
    readonly connectTimeout: number;
    /** `proxy_timeout`: silence after which a connection is closed. */
    readonly timeout: number;
    private constructor();
    /** The numbers of the deployment guide. */
    static documented(): SshStream;
    /** The guide's numbers with an hour of silence. */
    static recommended(): SshStream;
}

/** How a list is read. */
export interface TrustedProxiesOptions {
    /**
     * May the list hold a whole address family? Then every client may name any address. Default:
     * false.
     */
    allowTrustAll?: boolean;
    /**
     * Do commas alone separate entries? Otherwise white space does too, and `#` starts a comment.
     * Default: false.
     */
    commasOnly?: boolean;
}
/**
 * The proxies whose forwarding headers count: Tuleap's `$sys_trusted_proxies`, compiled.
 *
 * Entries are addresses, networks (`10.0.0.0/8`), the names `loopback`, `linklocal`,
 * `uniquelocal`, `private_ranges` and `cgnat`, and `unix:` for local sockets. IPv4-mapped IPv6
 * addresses are IPv4. An empty list trusts nobody; a list that is not right is refused as a whole.
 * List proxies, not the networks they stand in: whoever is inside one can name any client.
 *
 * ```js
 * const proxies = new TrustedProxies('127.0.0.1, 192.168.0.0/24')
 * proxies.contains('192.168.0.7') // true
 * ```
 */
export declare class TrustedProxies {
    #private;
    /**
     * Reads a list.
     *
     * @throws {TuleapFrontError} `trusted-proxies/…` for the first entry that is not right.
     */
    constructor(list: string, settings?: TrustedProxiesOptions);
    /**
     * Is this address, or `unix:`, in the list?
     *
     * @throws {TuleapFrontError} `peer/not-an-address` for text that is neither.
     */
    contains(address: string): boolean;
    /** Are peers on a local socket trusted? Only `unix:` says so; no network does. */
    get trustsUnixSocket(): boolean;
    /** Is nobody trusted? */
    get isEmpty(): boolean;
    /** The trusted networks: as few as possible, IPv4 first, lowest first. */
    get networks(): string[];
    /** What is risky about the list. */
    get warnings(): Warning[];
    /** The merged list, in the syntax of the setting: what it reads back as trusts the same peers. */
    toString(): string;
}

/** Tuleap's answer beside the strict one. */
export interface TuleapComparison {
    /** What Tuleap answers: text, not always an address. */
    readonly compat: string;
    /** What the resolver answers. */
    readonly strict: ClientIp;
    /** Is Tuleap's text another address than the resolver's, or none? */
    readonly differs: boolean;
}
/**
 * What Tuleap's own address extractor answers, text in, text out: for shadow running only. Log
 * where `compare` differs for a while, then switch. Never use this class for a decision.
 */
export declare class TuleapCompat {
    #private;
    /** Reads the text of `$sys_trusted_proxies` as Tuleap does. */
    constructor(setting: string);
    /** The answer for `REMOTE_ADDR` and `HTTP_X_FORWARDED_FOR`; null where one is not set. */
    resolve(remoteAddr: string | null | undefined, forwardedFor: string | null | undefined): string;
    /** Both answers, side by side. The resolver must be one that reads `X-Forwarded-For`. */
    compare(resolver: ClientIpResolver, remoteAddr: string | null | undefined, forwardedFor: string | null | undefined): TuleapComparison;
    /** The entries of the setting that are not what they seem. */
    get warnings(): Warning[];
}
