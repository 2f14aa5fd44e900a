// The staged packages, as a program that installed them sees them.

import { createRequire } from 'node:module'

import { paths } from '../scripts/paths.mjs'

/** Loads from target/node/staged, where everything is installed. */
export const require = createRequire(new URL('tests.js', paths.staged))

/** Both packages with what answers in them: every test of the API runs with each. */
export const packages = [
  ['tuleap-front', 'native'],
  ['tuleap-front-wasm', 'wasm'],
]
