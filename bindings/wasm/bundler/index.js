import * as core from './core.js'
import { setCore } from './api/core.js'

setCore(core, 'wasm')

export * from './api/index.js'
