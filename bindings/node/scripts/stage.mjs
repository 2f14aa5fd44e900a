// Puts both npm packages together, under target/node/staged/node_modules:
//
//   stage.mjs [--native FILE] [--wasm FOLDER] [--out FOLDER]
//
// --native: the shared library that cargo built; --wasm: what crates/xtask-wasm wrote. The
// packages that the tests need are installed there too, once for each lock file.

import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

import { api, paths } from './paths.mjs'

const library =
  { darwin: 'libtuleap_front_node.dylib', win32: 'tuleap_front_node.dll' }[process.platform] ??
  'libtuleap_front_node.so'
const { values: options } = parseArgs({
  options: {
    native: { type: 'string', default: `target/release/${library}` },
    wasm: { type: 'string', default: 'target/wasm/pkg' },
    out: { type: 'string', default: fileURLToPath(paths.staged) },
  },
})

const folder = (path) => new URL(`${pathToFileURL(path)}/`)
const native = pathToFileURL(options.native)
const wasm = folder(options.wasm)
const packages = new URL('node_modules/', folder(options.out))

function run(program, words, cwd) {
  const { status, error } = spawnSync(program, words, { cwd, stdio: ['ignore', 2, 2] })
  if (error || status !== 0) throw new Error(`${program} ${words.join(' ')}: ${error ?? status}`)
}

/** Installs what the lock file says, unless that was done. */
function install() {
  mkdirSync(paths.staged, { recursive: true })
  const lock = readFileSync(new URL('package-lock.json', paths.tests), 'utf8')
  const done = new URL('installed.json', paths.staged)
  if (existsSync(done) && readFileSync(done, 'utf8') === lock) return
  for (const name of ['package.json', 'package-lock.json'])
    cpSync(new URL(name, paths.tests), new URL(name, paths.staged))
  run(
    'npm',
    ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'],
    paths.staged,
  )
  writeFileSync(done, lock)
}

/** Compiles shared/api: as CommonJS, as modules, and what it declares. */
function compile() {
  const compiler = fileURLToPath(new URL('node_modules/typescript/bin/tsc', paths.staged))
  const project = fileURLToPath(new URL('tsconfig.json', paths.node))
  const code = ['--removeComments', '--declaration', 'false', '--module']
  for (const [out, ...words] of [
    [api.commonJs, ...code, 'commonjs'],
    [api.modules, ...code, 'es2022'],
    [api.types, '--emitDeclarationOnly'],
  ]) {
    rmSync(out, { recursive: true, force: true })
    run(
      process.execPath,
      [compiler, '--project', project, ...words, '--outDir', fileURLToPath(out)],
      paths.root,
    )
  }
}

/** The compiled API with the public types. */
function copyApi(from, into) {
  cpSync(from, new URL('api/', into), { recursive: true })
  cpSync(paths.publicTypes[0], new URL('api/index.d.ts', into))
}

/** A fresh package with its manifest, README and licences. */
function start(name, source) {
  const into = new URL(`${name}/`, packages)
  rmSync(into, { recursive: true, force: true })
  mkdirSync(into, { recursive: true })
  for (const file of ['package.json', 'README.md'])
    cpSync(new URL(file, source), new URL(file, into))
  for (const file of paths.licences) cpSync(file, new URL(file.pathname.split('/').pop(), into))
  return into
}

function stageNode() {
  const into = start('tuleap-front', paths.node)
  for (const file of ['index.cjs', 'index.mjs', 'index.d.mts'])
    cpSync(new URL(file, paths.node), new URL(file, into))
  copyApi(api.commonJs, into)
  cpSync(native, new URL(`native/${process.platform}-${process.arch}.node`, into))
  for (const file of ['core.js', 'core_bg.wasm'])
    cpSync(new URL(`nodejs/${file}`, wasm), new URL(`wasm/${file}`, into))
}

function stageWasm() {
  const into = start('tuleap-front-wasm', paths.wasm)
  for (const [host, code, type] of [
    ['web', api.modules, 'module'],
    ['bundler', api.modules, 'module'],
    ['nodejs', api.commonJs, 'commonjs'],
  ]) {
    const at = new URL(`${host}/`, into)
    cpSync(new URL(`${host}/`, wasm), at, { recursive: true })
    cpSync(new URL(`${host}/`, paths.wasm), at, { recursive: true })
    copyApi(code, at)
    writeFileSync(new URL('package.json', at), `{ "type": "${type}" }\n`)
  }
}

install()
compile()
stageNode()
stageWasm()
