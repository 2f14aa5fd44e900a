// Packs both staged packages into target/dist; prints the tarballs.

import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { paths } from './paths.mjs'

mkdirSync(paths.dist, { recursive: true })
for (const name of ['tuleap-front', 'tuleap-front-wasm']) {
  const folder = fileURLToPath(new URL(`node_modules/${name}`, paths.staged))
  const words = ['pack', folder, '--silent', '--pack-destination', fileURLToPath(paths.dist)]
  console.log(`target/dist/${execFileSync('npm', words, { encoding: 'utf8' }).trim()}`)
}
