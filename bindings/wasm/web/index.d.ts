export * from './api/index.js'

/**
 * Fetches and starts the module; nothing else may be used before.
 *
 * @param module Where it is, or what it is: a URL, a `Response`, or its bytes. Default:
 * `core_bg.wasm` beside this file.
 */
export default function init(
  module?:
    string | URL | Request | Response | BufferSource | WebAssembly.Module | Promise<Response>,
): Promise<void>
