import t from 'tap'
import { gzipSync } from 'node:zlib'
import { systemAlarm } from '../../src/core/clock.ts'
import { createDispatcher } from '../../src/graph/dispatcher.ts'
import { isFailure, type Call } from '../../src/graph/call.ts'
import { send } from '../../src/graph/send.ts'
import { scriptedServer, type Scripted } from './scripted-server.ts'

const sender = async (t: Parameters<typeof scriptedServer>[0], script: readonly Scripted[], gzip = true) => {
  const { rootUrl, asked } = await scriptedServer(t, script)
  const dispatcher = createDispatcher()
  t.teardown(() => dispatcher.destroy())
  const link = send({ dispatcher, rootUrl, gzip, alarm: systemAlarm })
  const request = { method: 'GET', url: '/users' } as const
  const call: Call = { request, charges: [], repeatable: true, attempts: 1 }
  return {
    asked,
    once: () => link(call, { method: 'GET', headers: { a: 'b' } }, () => Promise.reject(new Error('last link'))),
  }
}
const value = [{ id: 'é' }]
const zipped = gzipSync(JSON.stringify({ value }))

t.test('gzip is requested where it is worthwhile, and replies are decompressed', async t => {
  const { asked, once } = await sender(t, [{ headers: { 'content-encoding': 'gzip' }, body: zipped }])
  t.match(await once(), { status: 200, body: Buffer.from(JSON.stringify({ value })) })
  t.equal(asked[0]?.headers['accept-encoding'], 'gzip')
  const plain = await sender(t, [{ body: { value } }], false)
  t.match(await plain.once(), { status: 200, body: Buffer.from(JSON.stringify({ value })) })
  t.equal(plain.asked[0]?.headers['accept-encoding'], undefined)
})

t.test('a truncated gzip body is a failure', async t => {
  const { once } = await sender(t, [{ headers: { 'content-encoding': 'gzip' }, body: zipped.subarray(0, 15) }])
  t.ok(isFailure(await once()))
})

t.test('text is returned as text, and a refusal is returned even if its body is not JSON', async t => {
  const { once } = await sender(t, [
    { headers: { 'content-type': 'text/plain' }, body: '42' },
    { status: 503, body: '<html>' },
  ])
  t.match(await once(), { status: 200, body: '42' })
  t.match(await once(), { status: 503, body: '<html>' })
})
