// A server on 127.0.0.1 and a headless Chromium that opens a page of it.

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'

const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
}

/** What a careful site sends: no inline script, no `eval`, no other host. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Serves folders (`{ '/web/': URL }`) and functions (`{ '/answers': (body) => text }`) while `use`
 * runs with the address of the server.
 */
export async function serving(routes, use) {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, 'http://127.0.0.1').pathname
    const prefix = Object.keys(routes)
      .filter((route) => path.startsWith(route))
      .sort((one, other) => other.length - one.length)[0]
    response.setHeader('Content-Security-Policy', POLICY)
    try {
      const route = routes[prefix]
      if (typeof route === 'function') {
        const chunks = []
        for await (const chunk of request) chunks.push(chunk)
        response.end(route(Buffer.concat(chunks).toString('utf8')))
        return
      }
      const file = new URL(`.${path.slice(prefix.length - 1)}`, route)
      const bytes = readFileSync(file)
      response.setHeader(
        'Content-Type',
        TYPES[extname(file.pathname)] ?? 'application/octet-stream',
      )
      response.end(bytes)
    } catch (error) {
      response.writeHead(404).end(String(error))
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await use(`http://127.0.0.1:${server.address().port}`)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

/** Starts Chromium with more flags and a page; `use` may wait for the page or for the end. */
export async function browsing(words, use) {
  const profile = mkdtempSync(join(tmpdir(), 'tuleap-front-chromium-'))
  const browser = spawn('chromium', [...FLAGS, `--user-data-dir=${profile}`, ...words])
  const ended = new Promise((resolve, reject) => {
    browser.once('error', reject)
    browser.once('close', resolve)
  })
  // What Chromium writes about the desktop it does not find is of no use.
  browser.stderr.resume()
  try {
    return await use(browser, ended)
  } finally {
    browser.kill()
    await ended.catch(() => {})
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** The page's document once its scripts have run. */
export function dump(url) {
  return browsing(['--virtual-time-budget=15000', '--dump-dom', url], async (browser, ended) => {
    const chunks = []
    browser.stdout.on('data', (chunk) => chunks.push(chunk))
    await ended
    return Buffer.concat(chunks).toString('utf8')
  })
}
