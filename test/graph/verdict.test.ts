import t from 'tap'
import type { Failure, Reply } from '../../src/graph/call.ts'
import { verdictOf, type Verdict } from '../../src/graph/verdict.ts'

const failure = (more: Omit<Failure, 'failure'>): Failure => ({ failure: new Error('x'), ...more })
const reply = (status: number, code?: string): Reply => ({
  status,
  headers: {},
  body: code === undefined ? undefined : { error: { code } },
})

t.test('only a request that was certainly not carried out may be retried whatever it is', async t => {
  const cases: [name: string, ended: Reply | Failure, verdict: Verdict][] = [
    ['no connection', failure({ sent: false }), 'not-done'],
    ['a reset after sending', failure({ sent: true }), 'undecided'],
    ['a bad certificate', failure({ sent: false, final: true }), 'final'],
    ['200', reply(200), 'final'],
    ['400', reply(400, 'Request_BadRequest'), 'final'],
    ['400 for a collision', reply(400, 'Directory_ConcurrencyViolation'), 'not-done'],
    ['409 for a collision', reply(409, 'Directory_ConcurrencyViolation'), 'not-done'],
    ['409', reply(409, 'Request_Conflict'), 'final'],
    ['429', reply(429), 'not-done'],
    ['500', reply(500), 'undecided'],
    ['501', reply(501, 'NotImplemented'), 'final'],
    ['502', reply(502), 'undecided'],
    ['503', reply(503), 'undecided'],
    ['503 with a time to wait', { ...reply(503), headers: { 'retry-after': '7' } }, 'undecided'],
    ['503 for throttling', reply(503, 'Request_ThrottledTemporarily'), 'not-done'],
    ['504', reply(504), 'undecided'],
    ['509', reply(509), 'undecided'],
    ['no status', reply(NaN), 'undecided'],
  ]
  t.strictSame(
    cases.map(([name, ended]) => [name, ended, verdictOf(ended)]),
    cases,
  )
})
