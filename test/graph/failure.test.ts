import t from 'tap'
import { errors } from 'undici'
import { markUnconnected, failureOf, failureWords, isUnreachable } from '../../src/graph/failure.ts'

const system = (code: string, syscall?: string) => Object.assign(new Error('x'), { code, ...(syscall && { syscall }) })
const unconnected = (error: Error) => {
  markUnconnected(error)
  return error
}

t.test('a failure says whether the request may have arrived, and whether a retry can succeed', async t => {
  const table: [error: Error, sent: boolean, final: boolean | undefined][] = [
    [system('ECONNREFUSED', 'connect'), false, undefined],
    [system('ECONNREFUSED', 'read'), true, undefined],
    [system('EHOSTUNREACH', 'connect'), false, undefined],
    [system('EHOSTUNREACH', 'read'), true, undefined],
    [system('ENETUNREACH', 'write'), true, undefined],
    [system('ENOTFOUND'), false, undefined],
    [new errors.ConnectTimeoutError('x'), false, undefined],
    [new Error('connect', { cause: system('EAI_AGAIN') }), false, undefined],
    [new AggregateError([system('ECONNREFUSED', 'connect'), system('ECONNRESET', 'read')], 'all'), true, undefined],
    [new AggregateError([system('ECONNREFUSED', 'connect')], 'all'), false, undefined],
    [system('ECONNRESET'), true, undefined],
    [new errors.SocketError('x'), true, undefined],
    [new errors.HeadersTimeoutError('x'), true, undefined],
    [new errors.BodyTimeoutError('x'), true, undefined],
    [new Error('the reply is truncated or not JSON'), true, undefined],
    [system('SELF_SIGNED_CERT_IN_CHAIN'), false, true],
    [system('ERR_TLS_CERT_ALTNAME_INVALID'), false, true],
    [new errors.InvalidArgumentError('x'), false, true],
    [new errors.ClientDestroyedError('x'), true, true],
    [new errors.ClientClosedError('x'), true, true],
    [system('EPROTO', 'write'), true, undefined],
    [system('ERR_SSL_BAD_RECORD_TYPE'), true, undefined],
    [unconnected(system('EPROTO', 'write')), false, true],
    [unconnected(system('ERR_SSL_WRONG_VERSION_NUMBER')), false, true],
    [unconnected(system('ECONNRESET', 'read')), false, undefined],
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
