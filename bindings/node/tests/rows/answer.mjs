// One row, answered by the public API. It runs in Node and in a page, so it uses neither.

/** Answers a question. */
export function answer(front, question) {
  switch (question.kind) {
    case 'client-ip':
      return clientIp(front, question)
    case 'nginx-realip':
      return realip(front, question.input, question.rules)
    case 'nginx-forwarded':
      return forwarded(front, question.input)
    case 'destination':
      return destination(front, question)
    case 'cache':
      return cache(front, question)
    case 'gzip':
      return gzip(front, question)
    case 'https-redirect':
      return httpsRedirect(front, question)
    case 'nginx-redirect':
      return nginxRedirect(front, question)
    case 'locations':
      return locations(front, question)
    case 'nginx-location':
      return nginxLocation(front, question)
    case 'request-head':
      return requestHead(front, question)
    case 'servers':
      return servers(front, question)
    case 'request-line':
      return requestLine(front, question)
    case 'request-target':
      return targetFields(front.RequestTarget.parse(question.target, merging(question)))
    case 'routes':
      return routes(front, question)
    case 'proxy-chain':
      return proxyChain(front, question)
    case 'nginx-destination':
      return nginxDestination(front, question.input, question.rules)
    default:
      throw new Error(`no kind ${question.kind}`)
  }
}

/** Rows write text; headers are bytes, one code unit each, as Node has them. */
const toBytes = (text) => String.fromCharCode(...new TextEncoder().encode(text))
const fromBytes = (text) =>
  new TextDecoder().decode(Uint8Array.from(text, (unit) => unit.charCodeAt(0)))

const bare = (code) => code.slice(code.indexOf('/') + 1)

function clientIp(front, row) {
  if (row.trusted_string === undefined) return strict(front, row)
  const lines = row.headers
    .filter(([name]) => name.toLowerCase() === 'x-forwarded-for')
    .map(([, value]) => value)
  const header = lines.length === 0 ? null : longBytes(lines.join(', '))
  const compat = new front.TuleapCompat(row.trusted_string)
  const peer = row.peer === null || row.peer === undefined ? null : toBytes(row.peer)
  return { compat: fromBytes(compat.resolve(peer, header)), strict: strict(front, row) }
}

/** A spread has a limit, and rows have long headers. */
const longBytes = (text) => text.replaceAll(/[^\0-\x7f]+/g, toBytes)

function strict(front, row) {
  const options = row.options ?? {}
  const whole = row.trusted_text ?? row.trusted_string
  let trusted, policy
  try {
    const list = whole ?? (row.trusted ?? []).join(',')
    const allowTrustAll = options.allow_trust_all === true
    trusted = new front.TrustedProxies(list, { allowTrustAll, commasOnly: whole === undefined })
    policy = originPolicy(front, options)
  } catch (error) {
    if (!(error instanceof front.TuleapFrontError)) throw error
    return { config_error: configError(error, whole !== undefined) }
  }
  const encode = options.text === 'latin-1' ? (text) => text : longBytes
  const headers = row.headers.map(([name, value]) => [encode(name), encode(value)])
  const peer = row.peer === null || row.peer === undefined ? null : encode(row.peer)
  const resolver = clientIpResolver(front, trusted, options)
  const explanation = resolver.explain(peer, headers)
  sameWithoutExplanation(resolver, peer, headers, explanation.client, options)
  const local = options.local ?? { scheme: 'http', host: 'local.example', port: 80 }
  const origin = policy.origin(resolver, peer, headers, local)
  return {
    ...explanation.toJSON(),
    notes: [...explanation.notes, ...origin.notes],
    scheme: origin.scheme,
    host: origin.host,
    port: origin.port,
    config_warnings: trusted.warnings.map(({ entry, code }) => ({ entry, code: bare(code) })),
  }
}

function configError(error, inWhole) {
  const code = bare(error.code)
  if (error.hint === undefined) return { code, hint: error.message }
  const offset = inWhole ? error.offset : error.offsetInEntry
  return { entry: error.entry, offset, length: error.length, code, hint: error.hint }
}

function clientIpResolver(front, trusted, { source, hops, max_hops, peer_any }) {
  return new front.ClientIpResolver(trusted, {
    headers: source === undefined || source === null ? undefined : [source].flat(),
    hops,
    maxHops: max_hops,
    dangerAnyPeer: peer_any === true && hops !== undefined,
  })
}

function originPolicy(front, { trust = ['for', 'proto'], proto_hops, allowed_hosts = [] }) {
  const forwardedHost = trust.includes('host')
  return new front.OriginPolicy({
    forwardedScheme: trust.includes('proto'),
    protoHops: proto_hops,
    allowedHosts: allowed_hosts.length > 0 || forwardedHost ? allowed_hosts : undefined,
    forwardedHost,
    forwardedPort: trust.includes('port'),
  })
}

/** `resolve`, in every form of headers, and `resolveValues` answer what `explain` explains. */
function sameWithoutExplanation(resolver, peer, headers, client, { source }) {
  const expected = JSON.stringify(client)
  const check = (how, answer) => {
    if (JSON.stringify(answer) !== expected)
      throw new Error(`${how}: ${JSON.stringify(answer)}, not ${expected}`)
  }
  check('pairs', resolver.resolve(peer, headers))
  check('a flat list', resolver.resolve(peer, headers.flat()))
  const byName = {}
  for (const [name, value] of headers) (byName[name] ??= []).push(value)
  const names = Object.keys(byName).map((name) => name.toLowerCase())
  // An object keeps the order of lines of one name only.
  if (new Set(names).size === names.length) check('an object', resolver.resolve(peer, byName))
  const sources = [source ?? 'x-forwarded-for'].flat()
  if (sources.length > 1) return
  const values = headers
    .filter(([name]) => name.toLowerCase() === sources[0].toLowerCase())
    .map(([, value]) => value)
  check('values', resolver.resolveValues(peer, values))
  if (values.length === 1) check('a value', resolver.resolveValues(peer, values[0]))
}

const FIELDS = ['X-Real-IP', 'X-Forwarded-For', 'X-Forwarded-Proto']

function realip(front, input, rules) {
  const { trusted, real_ip_header, recursive, peer, headers } = input
  const dialect = new front.NginxRealip(trusted, {
    header: real_ip_header ?? undefined,
    recursive,
    rules,
  })
  const client = dialect.resolve(peer, headers)
  return {
    remote_addr: client.addr,
    rewritten: client.isRewritten,
    realip_remote_addr: peer,
    ...hop(front, client.addr, 'http', ['write', 'write', 'write'], headers),
  }
}

function forwarded(front, { peer, scheme, target, headers }) {
  let directives = ['write', 'write', 'write']
  if (target.startsWith('/plain/')) directives = ['keep', 'keep', 'keep']
  if (target.startsWith('/empty/')) directives = ['remove', 'remove', 'keep']
  return hop(front, peer, scheme, directives, headers)
}

/** The lines of the three X- fields that the next server gets. */
function hop(front, peer, scheme, directives, headers) {
  const resolver = new front.ClientIpResolver('')
  const local = { scheme, host: null, port: scheme === 'https' ? 443 : 80 }
  let documented = front.ForwardedHop.documented()
  FIELDS.forEach((field, index) => (documented = documented.with(field, directives[index])))
  const sent = documented.headers(resolver, new front.OriginPolicy(), peer, headers, local)
  const lines = (field) => {
    if (sent[field] === null) return []
    if (sent[field] !== undefined) return [sent[field]]
    return headers
      .filter(([name]) => name.toLowerCase() === field.toLowerCase())
      .map(([, value]) => value)
  }
  return Object.fromEntries(
    FIELDS.map((field) => [field.toLowerCase().replaceAll('-', '_'), lines(field)]),
  )
}

function destination(front, row) {
  const rule = destinationRule(front, row)
  const facts = {
    method: row.method,
    host: row.client_host,
    forwardedHost: row.forwarded_host ?? null,
    scheme: row.client_scheme ?? undefined,
  }
  if (row.header !== 'Destination') return place(rule, facts, row)
  const isOneValue = !Array.isArray(row.input)
  const lines = isOneValue ? [oneValue(row)] : row.input.map(longBytes)
  const headers = lines.map((line) => ['destination', line])
  const byLines = rule.rewriteLines(facts, lines)
  const explanation = rule.explain(facts, headers)
  const answer = isOneValue ? rule.rewriteValue(facts, lines[0]) : byLines
  const asText = JSON.stringify
  if (asText(rule.rewrite(facts, headers)) !== asText(byLines)) throw new Error('rewrite')
  if (explanation.action !== byLines.action) throw new Error('explain')
  // An empty value is one thing and an empty line another.
  if (asText(answer) !== asText(byLines) && byLines.action !== 'remove') throw new Error('lines')
  const { action, value, status, reason } = answer
  const value_hex = value === null ? null : toHex(value)
  return { action, value_hex, status, reason, cause: explanation.cause }
}

/** A header that names a place and is never refused: If, Location, Content-Location. */
function place(rule, facts, row) {
  const value = oneValue(row)
  const isIf = row.header === 'If'
  const rewritten = isIf ? rule.rewriteIf(facts, value) : rule.rewriteLocation(facts, value)
  const explanation = isIf ? rule.explainIf(facts, value) : rule.explainLocation(facts, value)
  const action = rewritten === null ? 'unchanged' : 'rewrite'
  if (explanation.action !== action) throw new Error('explain')
  const value_hex = rewritten === null ? null : toHex(rewritten)
  return { action, value_hex, status: null, reason: null, cause: explanation.cause }
}

function destinationRule(front, row) {
  if (row.mode === 'compat') return front.DestinationRule.documented()
  const origins = [row.public_origin, ...(row.aliases ?? [])]
  return new front.DestinationRule(origins, row.backend_origin, {
    foreign: row.foreign ?? undefined,
    pathAbsolute: row.promote_path_absolute ? 'promote' : 'keep',
  })
}

/** What a row has as one value: text, or bytes in hexadecimal. */
function oneValue({ input, input_hex }) {
  if (input_hex === undefined || input_hex === null) return longBytes(input)
  return input_hex.replaceAll(/../g, (byte) => String.fromCharCode(Number.parseInt(byte, 16)))
}

const toHex = (value) =>
  Array.from(value, (unit) => unit.charCodeAt(0).toString(16).padStart(2, '0')).join('')

function nginxDestination(front, { rule, target, destination_headers, other_headers }, rules) {
  const others = other_headers.filter(([name]) => name.toLowerCase() === 'destination')
  const lines = [...destination_headers, ...others.map(([, value]) => value)]
  if (rule === 'none') return { destination: lines }
  const guide = rule === 'pass' ? 'distributed' : 'reverse-proxy'
  const sent = new front.NginxDestination(guide, rules).sent(target, lines)
  return { destination: sent === null ? [] : [sent] }
}

function proxyChain(front, row) {
  let chain
  try {
    chain = new front.ProxyChain(row.chain)
  } catch (error) {
    if (!(error instanceof front.TuleapFrontError)) throw error
    const { code, entry, line, column, offset, length, hint } = error
    return { config_error: { code: bare(code), entry, line, column, offset, length, hint } }
  }
  const explanation = chain.explain()
  for (const scheme of ['https', 'http'])
    if (chain.verdict(scheme) !== explanation[scheme].verdict) throw new Error('verdict')
  if (String(chain.corrected()) !== (explanation.corrected ?? String(chain)))
    throw new Error('corrected')
  return explanation.toJSON()
}

function httpsRedirect(front, row) {
  const options = { status: row.redirect_status ?? undefined, nginx: row.rules ?? undefined }
  let redirect
  try {
    redirect = row.documented
      ? front.HttpsRedirect.documented(row.documented.guide, row.documented.server_name, options)
      : new front.HttpsRedirect(row.origin, options)
  } catch (error) {
    if (!(error instanceof front.TuleapFrontError)) throw error
    return { config_error: { code: bare(error.code), hint: error.hint } }
  }
  const facts = { scheme: row.scheme, method: row.method, target: row.target }
  const { action, status, location, reason } = redirect.decide(facts)
  const explained = redirect.explain(facts).toJSON()
  if (explained.action !== action || explained.reason !== reason) throw new Error('explain')
  return { action, status, location, reason }
}

function nginxRedirect(front, { input, rules, documented, redirect_status }) {
  const { guide, server_name } = documented
  const options = { status: redirect_status ?? undefined, nginx: rules }
  const redirect = front.HttpsRedirect.documented(guide, server_name, options)
  const { method, target } = input
  const { status, location } = redirect.decide({ scheme: 'http', method, target })
  return { status, location }
}

const merging = ({ merge_slashes }) => ({ mergeSlashes: merge_slashes })

/** A target, or what nginx answers. */
function targetFields(read) {
  if (read.status !== undefined) return { status: read.status, reason: read.reason }
  const { uri, args, requestUri, host } = read
  return { uri, args, request_uri: requestUri, host }
}

function requestLine(front, row) {
  const options = { ...merging(row), nginx: row.rules ?? undefined }
  const line = front.RequestLine.parse(row.line, options)
  if (line.status !== undefined) return targetFields(line)
  const version = line.version.slice('HTTP/'.length)
  return { method: line.method, ...targetFields(line.target), version }
}

const refusal = ({ status, code }) => ({ status, code })

function requestHead(front, { request, response, rules, names, merge_slashes }) {
  if (response !== null) {
    const head = front.ResponseHead.parse(response)
    if ('code' in head) return refusal(head)
    return { status: head.status, lines: head.lines, rest: head.rest }
  }
  const options = { nginx: rules, names, mergeSlashes: merge_slashes }
  const head = front.RequestHead.parse(request, options)
  if ('status' in head) return refusal(head)
  const { method, host, lines, rest } = head
  const version = head.version.slice('HTTP/'.length)
  return { method, uri: head.target.uri, version, host, http_host: head.httpHost, lines, rest }
}

function servers(front, row) {
  return configured(
    front,
    () => new front.NginxServers(row.servers, { nginx: row.rules }),
    (made) => {
      const written = String(made)
      if (String(new front.NginxServers(written)) !== written) throw new Error('written')
      const facts = { remoteAddr: row.remote_addr, scheme: row.scheme }
      const answer = made.answer(row.request, facts)
      if ('status' in answer) return refusal(answer)
      const { uri, args, requestUri } = answer.head.target
      if (answer.toJSON().reason !== answer.reason) throw new Error('explain')
      const named = answer.head.httpHost
      const read = named !== null && front.NginxHost.parse(named, row.rules)
      if (answer.head.target.host === null && read && String(read) !== answer.host)
        throw new Error('host')
      return {
        server: answer.server,
        server_name: answer.serverName,
        reason: answer.reason,
        host: answer.host,
        request_uri: requestUri,
        uri,
        args,
        location: answer.location?.pattern ?? null,
        backend: answer.upstream?.backend ?? null,
        target: answer.upstream?.target ?? null,
        lines: answer.upstream?.lines ?? null,
        redirect: answer.redirect,
      }
    },
  )
}

function nginxLocation(front, { rules, input, line, locations }) {
  const read = front.RequestLine.parse(line, { ...merging(input), nginx: rules })
  if (read.status !== undefined) return { status: read.status }
  const { uri, args, requestUri } = read.target
  const found = new front.Locations(locations).find(uri)
  return { status: 200, uri, args, request_uri: requestUri, location: found?.name ?? null }
}

/** What a configuration is, or why it is refused. */
function configured(front, make, ask) {
  let made
  try {
    made = make()
  } catch (error) {
    if (!(error instanceof front.TuleapFrontError)) throw error
    const { code, entry, offset, length, line, column, hint } = error
    return { config_error: { code: bare(code), entry, offset, length, line, column, hint } }
  }
  return ask(made)
}

function cache(front, row) {
  const options = { nginx: row.rules }
  const policies = {
    distributed: () => front.CachePolicy.documented('distributed', options),
    'reverse-proxy': () => front.CachePolicy.documented('reverse-proxy', options),
    recommended: () => front.CachePolicy.recommended(options),
  }
  const make = policies[row.policy] ?? (() => new front.CachePolicy(row.directives, options))
  return configured(front, make, (policy) => ({
    directives: String(policy),
    steps: cacheSteps(front, policy, row),
  }))
}

/** What becomes of each request, in a cache of its own. */
function cacheSteps(front, policy, row) {
  const zone = new front.CacheZone(policy)
  const facts = row.requests.map(({ now, answered_after, ...rest }) => ({
    scheme: row.scheme,
    ...rest,
  }))
  const steps = []
  let open = []
  let asked = 0
  const end = ({ of, ticket }, now) => {
    const { status, headers, cut, failure } = row.answers[Math.min(asked++, row.answers.length - 1)]
    if (failure !== null) return { step: zone.fail(ticket, failure, now) }
    const answer = { status, headers, body: cut ? 'cut' : 'whole' }
    const explanation = policy.explain(facts[of], answer, now)
    const { isStored, reason } = policy.store(facts[of], answer, now)
    const explained = explanation.toJSON()
    if (explained.stored !== isStored || explained.reason !== reason) throw new Error('explain')
    return { step: zone.answer(ticket, answer, now), explanation }
  }
  row.requests.forEach(({ now, answered_after }, at) => {
    const step = zone.ask(facts[at], now)
    const explanation = policy.explainLookUp(facts[at])
    if (explanation.toJSON().look_up_reason !== policy.lookUp(facts[at]).reason)
      throw new Error('look-up')
    steps.push({ step, explanation })
    const { ticket } = step
    if (ticket !== null) open.push({ of: at, ticket, after: answered_after ?? at })
    const due = open.filter(({ after }) => after <= at)
    open = open.filter(({ after }) => after > at)
    for (const one of due) {
      const { step: last, explanation } = end(one, now)
      const known = steps[one.of]
      if (known.step.status === null) known.step = last
      known.explanation = explanation ?? known.explanation
    }
  })
  return steps.map(({ step, explanation }) => cacheStep(front, step, explanation))
}

/** A step as every language writes it. */
function cacheStep(front, step, explanation) {
  const key = step.key === null ? null : new front.CacheKey(step.key)
  const { upstream } = step
  return {
    ticket: step.ticket,
    in_location: step.isInLocation,
    status: step.status,
    cache_status: step.cacheStatus,
    shown_status: step.shownStatus,
    headers: step.lines,
    upstream: upstream && {
      method: upstream.method,
      target: upstream.target,
      headers: upstream.lines,
    },
    reason: step.reason,
    because: step.text,
    key: step.key,
    key_md5: key && key.md5,
    file_md5: step.file,
    path: step.path,
    stores: step.stores,
    stored: step.hasEntry,
    lifetime: step.lifetime,
    valid_until: step.validUntil,
    stale_while_revalidate: step.staleWhileRevalidate,
    stale_if_error: step.staleIfError,
    vary: step.vary,
    variant_md5: step.variant,
    explanation: explanation.toJSON(),
  }
}

function gzip(front, row) {
  const options = { nginx: row.rules, secrets: row.secrets, expires: row.expires ?? undefined }
  return configured(
    front,
    () =>
      row.policy === null
        ? new front.GzipPolicy(row.directives, options)
        : front.GzipPolicy[row.policy](...(row.policy === 'documented' ? [undefined] : []), options),
    (policy) => {
      const { scheme, method, version, request, status, response, length, now } = row
      const facts = { scheme, method, version, request, status, response, length, now }
      const { compresses, reason, varies, etag, removes } = policy.decide(facts)
      const explained = policy.explain(facts).toJSON()
      if (explained.compresses !== compresses || explained.reason !== reason)
        throw new Error('explain')
      const checks = explained.steps.map(({ check }) => check)
      const rest = { checks, lines: policy.responseLines(facts), directives: String(policy) }
      return { compresses, reason, varies, etag, removes, ...rest }
    },
  )
}

function locations(front, row) {
  const make = () => new front.Locations(row.locations)
  return configured(front, make, (made) => {
    const found = made.find(row.uri)
    const explained = made.explain(row.uri).toJSON()
    if (explained.location !== (found?.name ?? null)) throw new Error('explain')
    if (found !== null && explained.reason !== found.reason) throw new Error('explain')
    return { location: explained.location, index: explained.index, reason: explained.reason }
  })
}

function routes(front, row) {
  return configured(
    front,
    () => knownRoutes(front, row.known) ?? new front.Routes(row.routes),
    (made) => {
      const asked = []
      const files = (path) => {
        asked.push(path)
        return row.files[path] ?? 'missing'
      }
      const options = { ...merging(row), method: row.method }
      const route = made.route(row.target, files, options)
      if (route.outcome === undefined) return { status: route.status, reason: route.reason }
      const { outcome, backend, uri, args, file, status, location, reason } = route
      const rule = route.locationIndex
      const internal_redirects = route.internalRedirects
      const allowed = route.isAllowed
      const rest = { rule, internal_redirects, allowed, asked }
      return { outcome, backend, uri, args, file, status, location, reason, ...rest }
    },
  )
}

function knownRoutes(front, known) {
  switch (known) {
    case 'distributed':
      return front.Routes.documented('distributed')
    case 'distributed-try-files':
      return front.Routes.documented('distributed', 'try-files')
    case 'reverse-proxy':
      return front.Routes.documented('reverse-proxy')
    case 'recommended':
      return front.Routes.recommended()
    default:
      return undefined
  }
}
