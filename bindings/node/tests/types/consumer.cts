// A program in CommonJS.

import front = require('tuleap-front')
import wasm = require('tuleap-front-wasm')

export const clients = [
  new front.ClientIpResolver('').resolve('192.0.2.1', {}),
  new wasm.ClientIpResolver('').resolve('192.0.2.1', {}),
]
