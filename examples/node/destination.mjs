import assert from 'node:assert/strict'
import { DestinationRule, HttpsRedirect } from 'tuleap-front'

const rule = new DestinationRule('https://tuleap.example.com', 'http://127.0.0.1:8080')
const facts = { method: 'COPY', host: 'tuleap.example.com' }
const headers = { destination: 'https://tuleap.example.com/svn/a%20b' }
assert.equal(rule.rewrite(facts, headers).value, 'http://127.0.0.1:8080/svn/a%20b')
const { status, code } = rule.rewriteValue(facts, 'https://other.example/svn/a')
assert.deepEqual([status, code], [502, 'destination/foreign-origin'])

const redirect = new HttpsRedirect('tuleap.example.com')
const { location } = redirect.decide({ scheme: 'http', method: 'GET', target: '/a%20b?c' })
assert.equal(location, 'https://tuleap.example.com/a%20b?c')
