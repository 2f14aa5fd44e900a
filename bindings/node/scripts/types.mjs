// The public types in one file, from what the compiler wrote for each module of shared/api:
// bindings/node/index.d.ts and bindings/wasm/index.d.ts. Run it to write them; a test compares.

import { readFileSync, writeFileSync } from 'node:fs'

import { api, paths } from './paths.mjs'

const HEADER = '// Generated from bindings/node/shared/api by scripts/types.mjs; do not edit.\n'

/** The modules that index.ts names, without their imports: each name is there once. */
export function publicTypes() {
  const read = (name) => readFileSync(new URL(`${name}.d.ts`, api.types), 'utf8')
  const names = [...read('index').matchAll(/from '\.\/(.+)\.js'/g)].map((match) => match[1])
  const parts = names.map((name) =>
    read(name)
      .replaceAll(/^import .*;\n/gm, '')
      .trim(),
  )
  return `${HEADER}\n${parts.join('\n\n')}\n`
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  for (const file of paths.publicTypes) writeFileSync(file, publicTypes())
}
