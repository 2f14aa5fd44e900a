/** The version, such as "0.1.0". */
export let version = ''

/** What answers: the native module, or the WASM build. */
export let backend: 'native' | 'wasm' | '' = ''

/** @internal */
export function setBuild(of: string, by: 'native' | 'wasm'): void {
  version = of
  backend = by
}
