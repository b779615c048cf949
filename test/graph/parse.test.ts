import t from 'tap'
import type { Reply, Call, Ended } from '../../src/graph/call.ts'
import type { PageBody } from '../../src/graph/page-body.ts'
import { pagePool } from '../../src/graph/page-pool.ts'
import { parse, parsePage } from '../../src/graph/parse.ts'

const call = (more: Partial<Call> = {}): Call => ({
  request: { method: 'GET', url: '/users' },
  charges: [],
  repeatable: true,
  attempts: 1,
  ...more,
})
const json = { 'content-type': 'application/json;odata.metadata=minimal' }
const post = call({ request: { method: 'POST', url: '/users' } })
const through = (ended: Ended, of = call()): Promise<Ended> => parsePage(of, {}, () => parse(of, {}, async () => ended))

const answered = (text: string): Reply => ({ status: 200, headers: json, body: Buffer.from(text) })

t.test('the body of a success is parsed, and an empty body is undefined', async t => {
  t.match(await through(answered('\ufeff{"value":[1]}')), { status: 200, body: { value: [1] } })
  t.equal(((await through({ status: 204, headers: json, body: undefined }, post)) as Reply).body, undefined)
})

t.test('an integer of 64 bits in a reply is text with the same digits', async t => {
  t.match(await through(answered('{"expires":9223372036854775807,"n":7}')), {
    body: { expires: '9223372036854775807', n: 7 },
  })
})

t.test('a success that is empty, text or no object in place of a page or an object is a failed attempt', async t => {
  const page = () => call({ page: { into: pagePool().open().buffer(), wanted: Promise.resolve() } })
  for (const [status, body] of [
    [200, 'down for maintenance'],
    [200, undefined],
    [204, undefined],
  ] as const)
    for (const asked of [call(), page()])
      t.match(await through({ status, headers: { 'content-type': 'text/plain' }, body }, asked), {
        failure: { message: 'the reply is empty or not JSON' },
        sent: true,
      })
  for (const text of ['null', '7', '[]', '"x"'])
    t.match(await through(answered(text)), { failure: { message: 'the reply is not an object' }, sent: true })
})

t.test('plain text and refusals are returned unchanged', async t => {
  const text: Reply = { status: 200, headers: { 'content-type': 'text/plain' }, body: '42' }
  const refusal: Reply = { status: 503, headers: json, body: '<html>' }
  t.equal(await through(text, post), text)
  t.equal(await through(refusal), refusal)
})

t.test('a success that is not JSON is a failed attempt, whose message quotes none of it', async t => {
  const ended = await through(answered('{"value":[{"displayName":"Ann'))
  t.match(ended, { failure: { message: 'the reply is truncated or not JSON' }, sent: true })
  t.notMatch(JSON.stringify(ended), /Ann/)
})

t.test('a web page in place of a reply is a failed attempt, for pages and for other requests', async t => {
  const page: Reply = { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<html>sign in' }
  const failed = { failure: { message: 'the reply is a web page, probably of a proxy' }, sent: true }
  t.match(await through(page), failed)
  const listing = call({ page: { into: pagePool().open().buffer(), wanted: Promise.resolve() } })
  t.match(await through(page, listing), failed)
})

t.test('a count that is not a number is a failed attempt', async t => {
  const count = (body: unknown): Promise<Ended> =>
    through(
      { status: 200, headers: { 'content-type': 'text/plain', 'content-length': '5' }, body },
      call({ request: { method: 'GET', url: "/users/$count?$filter=city eq 'Ulm'" } }),
    )
  for (const body of ['12000', '\ufeff12000\r\n', '0']) t.match(await count(body), { status: 200, body })
  t.match(await count(Buffer.from('7')), { status: 200, body: 7 })
  for (const body of ['{,12000', '', '-1', '1e3', '<html>', undefined])
    t.match(await count(body), { failure: { message: 'the count is not a number' }, sent: true })
})

t.test('an error with a status of success is a refusal with the status of its code', async t => {
  const page = () => call({ page: { into: pagePool().open().buffer(), wanted: Promise.resolve() } })
  for (const [error, status] of [
    [{ code: 'TooManyRequests', message: 'Later.' }, 429],
    [{ code: 'Authorization_RequestDenied' }, 403],
    [{ code: 'Request_ResourceNotFound' }, 404],
    [{ code: 'syncStateNotFound' }, 410],
    [{ code: 'UnknownError', innerError: { code: '503' } }, 503],
    [{ code: 'UnknownError' }, 500],
    [{}, 500],
  ] as const)
    for (const body of [{ error }, { '@odata.context': 'c', error }, { value: [{ id: 'a' }], error }])
      for (const asked of [call(), page()])
        t.strictSame(await through(answered(JSON.stringify(body)), asked), {
          status,
          insteadOf: 200,
          headers: json,
          body: { error },
        })
  for (const body of ['{"id":"a","error":{"code":"x"}}', '{"error":null}', '{"error":"x"}'])
    t.match(await through(answered(body)), { status: 200, insteadOf: undefined }, body)
  const text = { message: 'failed' }
  for (const [name, error, expected = error] of [
    ['error', 'failed', text],
    ['Error', { code: 'x' }],
    ['odata.error', { code: 'x' }],
    ['@odata.error', 'failed', text],
  ] as const)
    for (const asked of [call(), page()])
      t.match(
        await through(answered(JSON.stringify({ '@odata.context': 'c', value: [{ id: 'a' }], [name]: error })), asked),
        { status: 500, insteadOf: 200, body: { error: expected } },
        `${name} beside values`,
      )
  t.match(await through(answered('{"value":[],"error":null}'), page()), { status: 200 })
  t.match(await through(answered('{"value":[],"error":"x","id":"an object"}')), { status: 200 })
  const large = { value: Array.from({ length: 9_000 }, (_, at) => ({ id: `user-${at}`, mail: 'a@b.c' })), error: {} }
  t.match(await through(answered(JSON.stringify(large)), page()), { status: 500, body: { error: {} } })
})

t.test('a page stays bytes until it is read, and is dropped when its reader has stopped', async t => {
  let want = (): void => {}
  const wanted = new Promise<void>(resolve => (want = resolve))
  let parsed = false
  const waiting = through(
    answered('{"value":[{"id":7}]}'),
    call({ page: { into: pagePool().open().buffer(), wanted } }),
  ).then(ended => {
    parsed = true
    return ended
  })
  await new Promise(setImmediate)
  t.equal(parsed, false)
  want()
  t.strictSame([...((await waiting) as { body: PageBody }).body.pieces()], [{ values: [{ id: 7 }], isLast: true }])
  const gone = new AbortController()
  gone.abort(new Error('gone'))
  await t.rejects(
    through(
      answered('[]'),
      call({ page: { into: pagePool().open().buffer(), wanted: Promise.resolve() }, signal: gone.signal }),
    ),
    { message: 'gone' },
  )
})
