// Explains a request while it is typed. The rules are in the WASM module; here is the page.

import init, {
  ClientIpResolver,
  ForwardedHop,
  OriginPolicy,
  TuleapFrontError,
  version,
} from './web/index.js'

const EXAMPLES = {
  'Behind a proxy': {
    peer: '192.168.0.7',
    trusted: '192.168.0.0/24',
    header: 'X-Forwarded-For',
    head: 'GET / HTTP/1.1\nHost: tuleap.example.com\nX-Forwarded-For: 203.0.113.9\nX-Forwarded-Proto: https\n',
  },
  'A forged header': {
    peer: '192.168.0.7',
    trusted: '192.168.0.0/24',
    header: 'X-Forwarded-For',
    head: 'GET / HTTP/1.1\nHost: tuleap.example.com\nX-Forwarded-For: 127.0.0.1, 203.0.113.9, 192.168.0.8\nX_Forwarded_For: 127.0.0.1\n',
  },
  'A stranger': {
    peer: '203.0.113.9',
    trusted: '192.168.0.0/24',
    header: 'X-Forwarded-For',
    head: 'GET / HTTP/1.1\nHost: tuleap.example.com\nX-Forwarded-For: 192.168.0.1\n',
  },
  'A hidden client': {
    peer: '192.168.0.7',
    trusted: '192.168.0.0/24',
    header: 'Forwarded',
    head: 'GET / HTTP/1.1\nHost: tuleap.example.com\nForwarded: for=_k3y;proto=https\n',
  },
  'A list with a slip': {
    peer: '192.168.0.7',
    trusted: '127.0.0.1, 192.168.0.1/24',
    header: 'X-Forwarded-For',
    head: 'GET / HTTP/1.1\nHost: tuleap.example.com\nX-Forwarded-For: 203.0.113.9\n',
  },
}

const MEANINGS = {
  direct:
    'Certain: the peer is no proxy of yours, so it is the client, and no header of it counts.',
  forwarded: 'Certain: a proxy of yours named it.',
  edge: 'Not certain: one of your own hosts. Good for a log, not for an access rule.',
  unnamed:
    'Not certain: somebody behind this hop of yours, who was not named. Good for a log only.',
  none: 'Nobody is known: the peer is not an address.',
}

const element = (id) => document.getElementById(id)
const fields = ['peer', 'trusted', 'header', 'head']

/** The bytes of UTF-8, one code unit each: what a server would have received. */
function bytes(text) {
  let units = ''
  for (const byte of new TextEncoder().encode(text)) units += String.fromCharCode(byte)
  return units
}

/** The header lines of a request head, and the numbers of lines that are none. */
function parseHead(head) {
  const headers = []
  const unreadable = []
  head.split('\n').forEach((line, index) => {
    if (line.trim() === '' || (index === 0 && /^\S+ \S+ HTTP\/\d/.test(line))) return
    const colon = line.indexOf(':')
    if (colon < 1) unreadable.push(index + 1)
    else headers.push([bytes(line.slice(0, colon)), bytes(line.slice(colon + 1).trim())])
  })
  return { headers, unreadable }
}

function make(name, text, className = '') {
  const made = document.createElement(name)
  made.textContent = text
  made.className = className
  return made
}

function row(...cells) {
  const made = document.createElement('tr')
  made.append(...cells)
  return made
}

/** The list with its faulty part marked, and what to write instead. */
function showProblem(error, trusted) {
  const encoded = new TextEncoder().encode(trusted)
  const part = (from, to) => new TextDecoder().decode(encoded.slice(from, to))
  const end = error.offset + error.length
  const list = make('code', part(0, error.offset))
  list.append(make('mark', part(error.offset, end)), part(end))
  element('problem').replaceChildren(make('span', error.message), list)
}

function showAnswer({ resolver, peer, headers }) {
  const explanation = resolver.explain(peer, headers)
  const { client } = explanation
  element('client').textContent = String(client)
  element('kind').textContent = client.kind
  element('kind').className = client.isCertain ? 'certain' : 'uncertain'
  element('meaning').textContent = `${MEANINGS[client.kind]} Rule: ${client.reason}.`
  element('steps').replaceChildren(
    ...explanation.steps.map(({ place, text, verdict }) =>
      row(make('td', place), make('td', text, 'code'), make('td', verdict, verdict)),
    ),
  )
  element('text').textContent = String(explanation)
  element('notes').replaceChildren(
    ...String(explanation)
      .split('\n')
      .filter((line) => line.startsWith('  note: '))
      .map((line) => make('li', line.slice(8))),
  )
  element('hop').hidden = client.kind === 'none'
  if (client.kind !== 'none') showHop(resolver, peer, headers)
}

/** What is sent on for a known peer, and what of the client's headers is not. */
function showHop(resolver, peer, headers) {
  const host = headers.find(([name]) => name.toLowerCase() === 'host')
  const local = { scheme: 'http', host: host === undefined ? null : host[1], port: 80 }
  const hop = ForwardedHop.recommended().forResolver(resolver)
  const sent = new Map(
    Object.entries(hop.headers(resolver, new OriginPolicy(), peer, headers, local)),
  )
  const written = [...sent.keys()].map((name) => name.toLowerCase())
  for (const [name] of headers)
    if (hop.strips(name) && !written.includes(name.toLowerCase())) sent.set(name, null)
  const cell = (value) =>
    value === null ? make('td', 'removed', 'removed') : make('td', value, 'code')
  element('sent').replaceChildren(
    ...[...sent].map(([name, value]) => row(make('td', name), cell(value))),
  )
}

function update() {
  const [peer, trusted, header, head] = fields.map((id) => element(id).value)
  const { headers, unreadable } = parseHead(head)
  element('unreadable').textContent =
    unreadable.length === 0 ? '' : `Not a header: line ${unreadable.join(', ')}.`
  element('problem').replaceChildren()
  try {
    const resolver = new ClientIpResolver(trusted, { headers: [header] })
    showAnswer({ resolver, peer: bytes(peer.trim()), headers })
    element('trusted').removeAttribute('aria-invalid')
    element('answer').hidden = false
    element('refused').hidden = true
  } catch (error) {
    if (!(error instanceof TuleapFrontError)) throw error
    showProblem(error, trusted)
    element('trusted').setAttribute('aria-invalid', 'true')
    element('answer').hidden = true
    element('refused').hidden = false
  }
}

function fill(values) {
  for (const id of fields) element(id).value = values[id] ?? EXAMPLES['A forged header'][id]
  update()
}

/** The request as part of the page's address. */
function remember() {
  const values = fields.map((id) => [id, element(id).value])
  history.replaceState(null, '', `#${new URLSearchParams(values)}`)
}

await init()
element('version').textContent = `tuleap-front ${version}`
for (const [name, values] of Object.entries(EXAMPLES)) {
  const button = make('button', name)
  button.type = 'button'
  button.addEventListener('click', () => {
    fill(values)
    remember()
  })
  element('examples').append(button)
}
element('request').addEventListener('input', () => {
  update()
  remember()
})
element('request').addEventListener('submit', (event) => event.preventDefault())
window.addEventListener('hashchange', () =>
  fill(Object.fromEntries(new URLSearchParams(location.hash.slice(1)))),
)
fill(Object.fromEntries(new URLSearchParams(location.hash.slice(1))))
