// A program in ESM that uses the packages by their names, with the types of Express.

import express from 'express'
import { clientIp, trustProxy, type ClientIp } from 'tuleap-front'
import * as wasm from 'tuleap-front-wasm'
import init, * as web from 'tuleap-front-wasm/web'

const app = express()
app.set('trust proxy', trustProxy('127.0.0.1'))
app.use(clientIp({ trusted: '127.0.0.1' }))
app.get('/', (req, res) => {
  const client: ClientIp | undefined = req.clientIp
  res.send(client?.addr)
})

export const started: Promise<void> = init(new URL('core_bg.wasm', import.meta.url))
export const lists = [new wasm.TrustedProxies(''), new web.TrustedProxies('')]
