// The tarballs of target/dist, installed with npm into an empty project without a network: the
// examples of the READMEs run there, with the native module and without one.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { after, describe, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { paths } from '../scripts/paths.mjs'

const made = []

/** An empty project with one of the tarballs. */
function install(name) {
  const project = pathToFileURL(
    `${mkdtempSync(fileURLToPath(new URL('clean-', new URL('target/node/', paths.root))))}/`,
  )
  made.push(project)
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url)))
  writeFileSync(new URL('package.json', project), '{ "private": true }\n')
  const tarball = fileURLToPath(new URL(`${name}-${version}.tgz`, paths.dist))
  const words = ['install', '--offline', '--no-audit', '--no-fund', '--silent', `file:${tarball}`]
  execFileSync('npm', words, { cwd: project, stdio: ['ignore', 'ignore', 'inherit'] })
  return project
}

const node = (project, words, env = {}) =>
  execFileSync(process.execPath, words, {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })

/** Which module answers `import` and `require`. */
const backends = (project, name, env) => [
  node(
    project,
    [
      '--input-type=module',
      '--eval',
      `import { backend } from '${name}'; process.stdout.write(backend)`,
    ],
    env,
  ),
  node(project, ['--eval', `process.stdout.write(require('${name}').backend)`], env),
]

const runExamples = (project, env) => {
  for (const file of ['first.mjs', 'first.cjs', 'destination.mjs', 'answers.mjs']) {
    cpSync(new URL(`node/${file}`, paths.examples), new URL(file, project))
    node(project, [file], env)
  }
}

after(() => made.forEach((project) => rmSync(project, { recursive: true })))

describe('tuleap-front', () => {
  const project = install('tuleap-front')
  const native = new URL('node_modules/tuleap-front/native/', project)

  test('runs nothing when it is installed, and needs nothing', () => {
    const manifest = JSON.parse(
      readFileSync(new URL('node_modules/tuleap-front/package.json', project)),
    )
    assert.deepEqual([manifest.scripts, manifest.dependencies], [undefined, undefined])
    assert.deepEqual(
      readdirSync(new URL('node_modules/', project)).filter((name) => !name.startsWith('.')),
      ['tuleap-front'],
    )
  })

  test('the examples run, from ESM and from CommonJS', () => {
    runExamples(project)
    assert.deepEqual(backends(project, 'tuleap-front'), ['native', 'native'])
  })

  test('TULEAP_FRONT_WASM=1 takes the WASM build', () => {
    const env = { TULEAP_FRONT_WASM: '1' }
    runExamples(project, env)
    assert.deepEqual(backends(project, 'tuleap-front', env), ['wasm', 'wasm'])
  })

  test('so does a native module that does not fit, and a missing one', () => {
    const [file] = readdirSync(native)
    writeFileSync(new URL(file, native), 'not for this machine')
    runExamples(project)
    assert.deepEqual(backends(project, 'tuleap-front'), ['wasm', 'wasm'])
    rmSync(native, { recursive: true })
    runExamples(project)
    assert.deepEqual(backends(project, 'tuleap-front'), ['wasm', 'wasm'])
  })
})

describe('tuleap-front-wasm', () => {
  const project = install('tuleap-front-wasm')

  test('answers in Node, from ESM and from CommonJS', () => {
    assert.deepEqual(backends(project, 'tuleap-front-wasm'), ['wasm', 'wasm'])
  })

  test('the build for bundlers is a module that imports WASM', () => {
    const code = `
      import { ClientIpResolver } from 'tuleap-front-wasm/bundler'
      const client = new ClientIpResolver('127.0.0.1').resolveValues('127.0.0.1', '203.0.113.9')
      process.stdout.write(client.addr)`
    const words = [
      '--no-warnings',
      '--experimental-wasm-modules',
      '--input-type=module',
      '--eval',
      code,
    ]
    assert.equal(node(project, words), '203.0.113.9')
  })
})

test('the examples with a server run where express is installed', () => {
  cpSync(new URL('node/express.mjs', paths.examples), new URL('express.mjs', paths.staged))
  node(paths.staged, ['express.mjs'])
})

describe('READMEs', () => {
  for (const [folder, example] of [
    [paths.node, 'node/first.mjs'],
    [paths.node, 'node/destination.mjs'],
    [paths.node, 'node/answers.mjs'],
    [paths.wasm, 'browser/first.mjs'],
  ]) {
    test(`${folder.pathname.split('/').at(-2)}: ${example} is the file that runs`, () => {
      const readme = readFileSync(new URL('README.md', folder), 'utf8')
      assert.ok(readme.includes(readFileSync(new URL(example, paths.examples), 'utf8')))
      assert.ok(readme.split('\n').length <= 91)
    })
  }
})
