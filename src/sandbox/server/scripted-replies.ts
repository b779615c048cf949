import { GraphFault, type SandboxReply } from '../protocol.ts'
import type { FaultRule } from '../faults/types.ts'
import { errorBody, throttledBody, type RequestIds } from './envelope.ts'

const messages: Readonly<Record<string, readonly [code: string, message: string]>> = {
  500: ['InternalServerError', 'An internal server error occurred. The operation could not be completed.'],
  502: ['BadGateway', 'The server, while acting as a gateway or proxy, received an invalid response.'],
  503: ['ServiceUnavailable', 'The service is temporarily unavailable. Please retry later.'],
  504: ['GatewayTimeout', 'The server, while acting as a proxy, did not receive a timely response.'],
}

const retryAfter = (rule: FaultRule, nowMs: number): Record<string, string> => {
  const wanted = rule.retryAfter ?? (rule.fault === '429' ? 1 : 'none')
  if (wanted === 'none') return {}
  if (wanted === 'decimal') return { 'Retry-After': '0.128' }
  if (wanted === 'date') return { 'Retry-After': new Date(nowMs + 2_000).toUTCString() }
  return { 'Retry-After': String(wanted) }
}

/** The reply of a fault that is a status. */
export const scriptedReply = (rule: FaultRule, ids: RequestIds, nowMs: number): SandboxReply => {
  const [code = '', message = ''] = messages[rule.fault] ?? []
  const body = rule.fault === '429' ? throttledBody(ids, nowMs) : errorBody({ code, message }, ids, nowMs)
  return { status: Number(rule.fault), headers: retryAfter(rule, nowMs), body }
}

/** The reply to a request that was refused with a GraphFault, or failed with any other error, a defect. */
export const refusalReply = (error: unknown, ids: RequestIds, nowMs: number): SandboxReply => {
  const fault =
    error instanceof GraphFault
      ? error
      : new GraphFault(500, 'UnknownError', `The sandbox failed: ${error instanceof Error ? error.message : error}`)
  return { status: fault.status, headers: fault.headers, body: errorBody(fault, ids, nowMs) }
}
