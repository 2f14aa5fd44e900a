// What wasm-bindgen declares for each kind of host is what the API asks of Rust.

import type { Core } from 'core'
import * as bundler from 'bundler-core'
import * as nodejs from 'nodejs-core'
import * as web from 'web-core'

export const cores: Core[] = [bundler, nodejs, web]
