import assert from 'node:assert/strict'
import express from 'express'
import { clientIp } from 'tuleap-front'

const app = express()
app.use(clientIp({ trusted: '127.0.0.1' }))
app.get('/', (req, res) => res.json(req.clientIp))

const server = app.listen(0, '127.0.0.1', async () => {
  const headers = { 'x-forwarded-for': '6.6.6.6, 203.0.113.9' }
  const answer = await fetch(`http://127.0.0.1:${server.address().port}/`, { headers })
  assert.equal((await answer.json()).addr, '203.0.113.9')
  server.close()
})
