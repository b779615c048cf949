import t from 'tap'
import { errors } from 'undici'
import { failureOf, failureWords, isUnreachable } from '../../src/graph/failure.ts'

const system = (code: string) => Object.assign(new Error('x'), { code })

t.test('a failure says whether the request may have arrived, and whether a retry can succeed', async t => {
  const table: [error: Error, sent: boolean, final: boolean | undefined][] = [
    [system('ECONNREFUSED'), false, undefined],
    [system('ENOTFOUND'), false, undefined],
    [new errors.ConnectTimeoutError('x'), false, undefined],
    [new Error('connect', { cause: system('EAI_AGAIN') }), false, undefined],
    [new AggregateError([system('ECONNREFUSED')], 'all'), true, undefined],
    [Object.assign(new AggregateError([system('ECONNREFUSED')]), { code: 'ECONNREFUSED' }), false, undefined],
    [system('ECONNRESET'), true, undefined],
    [new errors.SocketError('x'), true, undefined],
    [new errors.HeadersTimeoutError('x'), true, undefined],
    [new errors.BodyTimeoutError('x'), true, undefined],
    [new Error('the reply is truncated or not JSON'), true, undefined],
    [system('SELF_SIGNED_CERT_IN_CHAIN'), false, true],
    [system('ERR_TLS_CERT_ALTNAME_INVALID'), false, true],
    [new errors.InvalidArgumentError('x'), false, true],
  ]
  t.strictSame(
    table.map(([error]) => {
      const { sent, final } = failureOf(error)
      return [error, sent, final]
    }),
    table,
  )
})

t.test('the message of a failure says what failed and what to do', async t => {
  const words = (code: string) => failureWords(failureOf(system(code)))
  t.match(words('ENOTFOUND'), /check the host and the network/)
  t.match(words('UNABLE_TO_GET_ISSUER_CERT_LOCALLY'), /NODE_EXTRA_CA_CERTS/)
  t.equal(words('EWHATEVER'), 'x (EWHATEVER)')
  t.ok(isUnreachable(failureOf(system('ENOTFOUND'))))
  t.notOk(isUnreachable(failureOf(system('ECONNRESET'))))
})
