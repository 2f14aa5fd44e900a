// Where things are: sources in the repository, everything that is made below target/.

const root = new URL('../../../', import.meta.url)
const at = (path) => new URL(path, root)

export const paths = {
  root,
  node: at('bindings/node/'),
  tests: at('bindings/node/tests/'),
  wasm: at('bindings/wasm/'),
  examples: at('examples/'),
  licences: [at('LICENSE-APACHE'), at('LICENSE-MIT')],
  publicTypes: [at('bindings/node/index.d.ts'), at('bindings/wasm/index.d.ts')],
  /** Where npm installs what the tests need, and both packages as users get them. */
  staged: at('target/node/staged/'),
  /** The same packages, built so that they panic on purpose. */
  panic: at('target/node/panic/'),
  dist: at('target/dist/'),
}

/** The compiled API: as CommonJS for Node, as modules for everybody else, and its types. */
export const api = {
  commonJs: at('target/node/api/commonjs/'),
  modules: at('target/node/api/modules/'),
  types: at('target/node/api/types/'),
}
