'use strict'

require('./api/core.js').setCore(require('./core.js'), 'wasm')

module.exports = require('./api/index.js')
