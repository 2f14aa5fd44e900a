// Answers rows of tests/recorded: a JSON line in, a JSON line out. With --wasm, the package
// tuleap-front-wasm answers, otherwise the native module. What the fields mean is in
// tests/src/row.rs and tests/src/surface/external.rs.

import { pathToFileURL } from 'node:url'

import { answer } from './rows/answer.mjs'
import { require } from './packages.mjs'

/** Answers every line of a text. */
export function answerLines(front, text) {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `${JSON.stringify(answer(front, JSON.parse(line)))}\n`)
    .join('')
}

async function main() {
  const isWasm = process.argv.includes('--wasm')
  const front = require(isWasm ? 'tuleap-front-wasm' : 'tuleap-front')
  if (front.backend !== (isWasm ? 'wasm' : 'native'))
    throw new Error(`answered by ${front.backend}`)
  const chunks = []
  for await (const chunk of process.stdin) chunks.push(chunk)
  process.stdout.write(answerLines(front, Buffer.concat(chunks).toString('utf8')))
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main()
