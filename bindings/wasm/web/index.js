import load, * as core from './core.js'
import { setCore } from './api/core.js'

export * from './api/index.js'

/** Fetches and starts the module; nothing else may be used before. */
export default async function init(module) {
  await load(module === undefined ? undefined : { module_or_path: module })
  setCore(core, 'wasm')
}
