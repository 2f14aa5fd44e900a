// The types: committed as they are generated, the same for every package, and right.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { api, paths } from '../scripts/paths.mjs'
import { publicTypes } from '../scripts/types.mjs'
import { packages, require } from './packages.mjs'

const installed = (path) => fileURLToPath(new URL(`node_modules/${path}`, paths.staged))

/** Type-checks files of a folder below target/node/staged, strictly. */
function check(name, files, options) {
  const folder = new URL(`types-${name}/`, paths.staged)
  mkdirSync(folder, { recursive: true })
  for (const file of files) cpSync(file, new URL(file.pathname.split('/').pop(), folder))
  const compilerOptions = { strict: true, noEmit: true, target: 'es2022', types: [], ...options }
  writeFileSync(
    new URL('tsconfig.json', folder),
    JSON.stringify({ compilerOptions, include: ['*'] }),
  )
  const { status, stdout } = spawnSync(process.execPath, [
    installed('typescript/bin/tsc'),
    '-p',
    fileURLToPath(folder),
  ])
  assert.equal(status, 0, String(stdout))
}

test('the committed types are those of the code', () => {
  for (const file of paths.publicTypes) {
    assert.equal(
      readFileSync(file, 'utf8'),
      publicTypes(),
      'run node bindings/node/scripts/types.mjs and commit the change',
    )
  }
})

for (const [name, path] of [
  ['node', 'tuleap-front/index.d.mts'],
  ['wasm-node', 'tuleap-front-wasm/nodejs/index.d.mts'],
  ['wasm-bundler', 'tuleap-front-wasm/bundler/index.d.ts'],
  ['wasm-web', 'tuleap-front-wasm/web/index.d.ts'],
]) {
  test(`one program compiles against the types for ${name}`, () => {
    check(name, [new URL('tests/api.test-d.ts', paths.wasm)], {
      module: 'esnext',
      moduleResolution: 'bundler',
      lib: name === 'wasm-web' ? ['es2022', 'dom'] : ['es2022'],
      paths: { front: [installed(path)] },
    })
  })
}

test('programs find the types by the names of the packages', () => {
  const files = ['consumer.mts', 'consumer.cts'].map(
    (file) => new URL(`types/${file}`, paths.tests),
  )
  check('consumers', files, {
    module: 'nodenext',
    lib: ['es2022', 'dom'],
    types: ['node'],
    skipLibCheck: true,
  })
})

test('what wasm-bindgen declares is what the API asks for', () => {
  const core = (host) => [installed(`tuleap-front-wasm/${host}/core.d.ts`)]
  check('core', [new URL('tests/core.test-d.ts', paths.wasm)], {
    module: 'esnext',
    moduleResolution: 'bundler',
    lib: ['es2022', 'dom', 'esnext.disposable'],
    paths: {
      core: [fileURLToPath(new URL('core.d.ts', api.types))],
      'bundler-core': core('bundler'),
      'nodejs-core': core('nodejs'),
      'web-core': core('web'),
    },
  })
})

test('the native module offers the same functions as the WASM module', () => {
  const native = require(installed(`tuleap-front/native/${process.platform}-${process.arch}.node`))
  const wasm = require(installed('tuleap-front-wasm/nodejs/core.js'))
  const isClass = (value) => /^class /.test(String(value))
  const functions = Object.keys(wasm).filter(
    (name) => !name.startsWith('__') && !isClass(wasm[name]),
  )
  assert.deepEqual(Object.keys(native).sort(), functions.sort())
})

test('manifests have the version of the code', () => {
  for (const [name] of packages)
    assert.equal(require(name).version, require(`${name}/package.json`).version)
})
