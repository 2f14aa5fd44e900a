// Answers rows of tests/recorded in headless Chromium: JSON lines in, JSON lines out, as
// bindings/node/tests/rows.mjs does in Node.

import { paths } from '../../node/scripts/paths.mjs'
import { browsing, serving } from './chromium.mjs'

const SECONDS = 60

const chunks = []
for await (const chunk of process.stdin) chunks.push(chunk)

let done
const answers = new Promise((resolve) => (done = resolve))
const routes = {
  '/': new URL('tests/page/', paths.wasm),
  '/rows/': new URL('rows/', paths.tests),
  '/web/': new URL('node_modules/tuleap-front-wasm/web/', paths.staged),
  '/questions': () => Buffer.concat(chunks).toString('utf8'),
  '/answers': (body) => {
    done(body)
    return ''
  },
}
const text = await serving(routes, (origin) =>
  browsing([`${origin}/rows.html`], (_browser, ended) => {
    const late = new Promise((resolve) => setTimeout(resolve, SECONDS * 1000).unref())
    const failed = Promise.race([ended, late]).then(() => {
      throw new Error(`Chromium did not answer within ${SECONDS} seconds`)
    })
    return Promise.race([answers, failed])
  }),
)
const { lines, error } = JSON.parse(text)
if (error !== undefined) throw new Error(`in the page: ${error}`)
process.stdout.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
