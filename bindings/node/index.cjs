'use strict'
// The entry: the native module where one fits, and the WASM build where none does, so that an
// install never fails. `backend` says which it was.

function native() {
  if (process.env.TULEAP_FRONT_WASM === '1') return undefined
  try {
    return require(`./native/${process.platform}-${process.arch}.node`)
  } catch {
    // Not built for this platform, or for another C library.
    return undefined
  }
}

const chosen = native()
const { setCore } = require('./api/core.js')
if (chosen) setCore(chosen, 'native')
else setCore(require('./wasm/core.js'), 'wasm')

module.exports = require('./api/index.js')
