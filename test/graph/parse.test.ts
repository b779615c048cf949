import t from 'tap'
import type { Answer, Call, Outcome } from '../../src/graph/call.ts'
import type { PageBody } from '../../src/graph/page-body.ts'
import { pageBuffer } from '../../src/graph/page-buffer.ts'
import { parse, parsePage } from '../../src/graph/parse.ts'

const call = (more: Partial<Call> = {}): Call => ({
  request: { method: 'GET', url: '/users' },
  charges: [],
  repeatable: true,
  attempts: 1,
  ...more,
})
const json = { 'content-type': 'application/json;odata.metadata=minimal' }
const through = (outcome: Outcome, of = call()): Promise<Outcome> =>
  parsePage(of, {}, () => parse(of, {}, async () => outcome))

const answered = (text: string): Answer => ({ status: 200, headers: json, body: Buffer.from(text) })

t.test('the bytes of a success become what they say, and where there are none there is nothing', async t => {
  t.match(await through(answered('\ufeff{"value":[1]}')), { status: 200, body: { value: [1] } })
  t.equal(((await through({ status: 204, headers: json, body: undefined })) as Answer).body, undefined)
})

t.test('plain text and refusals pass as they are', async t => {
  const text: Answer = { status: 200, headers: { 'content-type': 'text/plain' }, body: '42' }
  const refusal: Answer = { status: 503, headers: json, body: '<html>' }
  t.equal(await through(text), text)
  t.equal(await through(refusal), refusal)
})

t.test('a success that is no JSON is a failed attempt that says nothing of its text', async t => {
  const outcome = await through(answered('{"value":[{"displayName":"Ann'))
  t.match(outcome, { failure: { message: 'the reply breaks off or is no JSON' }, sent: true })
  t.notMatch(JSON.stringify(outcome), /Ann/)
})

t.test('a page stays bytes until it is wanted, and is dropped when its reader has gone', async t => {
  let want = (): void => {}
  const wanted = new Promise<void>(resolve => (want = resolve))
  let parsed = false
  const waiting = through(answered('{"value":[7]}'), call({ page: { into: pageBuffer(), wanted } })).then(outcome => {
    parsed = true
    return outcome
  })
  await new Promise(setImmediate)
  t.equal(parsed, false)
  want()
  t.strictSame([...((await waiting) as { body: PageBody }).body.pieces()], [{ values: [7], isLast: true }])
  const gone = new AbortController()
  gone.abort(new Error('gone'))
  await t.rejects(
    through(answered('[]'), call({ page: { into: pageBuffer(), wanted: Promise.resolve() }, signal: gone.signal })),
    { message: 'gone' },
  )
})
