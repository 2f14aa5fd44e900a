import assert from 'node:assert/strict'
import { CachePolicy, GzipPolicy } from 'tuleap-front'

const [request, now] = [{ 'accept-encoding': 'gzip', cookie: 'a' }, Date.now() / 1000]
const page = { status: 200, headers: { 'content-type': 'text/html' } }
const answer = { scheme: 'https', request, status: 200, response: page.headers, now }
assert.equal(new GzipPolicy().decide(answer).code, 'gzip/secret') // see BREACH
const facts = { scheme: 'https', host: 'a.example', target: '/a.css', headers: request }
assert.equal(new CachePolicy().store(facts, page, now).code, 'cache/content-type')
