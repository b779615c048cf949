import { GraphFault } from '../protocol.ts'
import type { Clock } from '../../core/clock.ts'
import type { FaultRule } from '../faults/types.ts'
import { readBatch, type BatchEntry } from './batch-request.ts'
import { errorBody } from './envelope.ts'
import { newIds, type BatchRunner, type GraphCall, type GraphService, type ServedReply } from './graph-service.ts'
import { mergeHeaders } from './merge-headers.ts'
import { longJson } from './standard-headers.ts'

const nested = /^\/?\$batch(?:[/?]|$)/i
const absolute = /^\/?[a-z][a-z0-9+.-]*:\/\//i

/** JSON is used as is, a number in plain text becomes a JSON number (how Graph returns `$count` in a batch is undocumented), and everything else becomes base64. */
const bodyText = (body: string, contentType: string): string => {
  if (/\bjson\b/i.test(contentType)) return body
  return /^\d+$/.test(body) ? body : JSON.stringify(Buffer.from(body).toString('base64'))
}

/** Serialises one response. The resource's JSON is inserted unparsed. */
const responseText = (id: string, outcome: ServedReply): string => {
  const headers = mergeHeaders(
    { 'Cache-Control': 'no-cache', 'x-ms-resource-unit': String(outcome.units) },
    outcome.status < 400 ? { 'OData-Version': '4.0' } : {},
    outcome.body === undefined ? {} : { 'Content-Type': outcome.status < 400 ? longJson : 'application/json' },
    outcome.headers,
  )
  const body = outcome.body === undefined ? '' : `,"body":${bodyText(outcome.body, headers['Content-Type'] ?? '')}`
  return `{"id":${JSON.stringify(id)},"status":${outcome.status},"headers":${JSON.stringify(headers)}${body}}`
}

/** The entries that are performed of a batch of which only a share is: the first ones of a chain, otherwise random ones. */
const shareOf = (entries: readonly BatchEntry[], share: number, random: () => number): ReadonlySet<BatchEntry> => {
  const inOrder = entries.some(entry => entry.after !== undefined)
  const count = Math.floor(entries.length * share)
  return new Set((inOrder ? entries : shuffle(entries, random)).slice(0, count))
}

const shuffle = <T>(items: readonly T[], random: () => number): T[] => {
  const mixed = [...items]
  for (let at = mixed.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    ;[mixed[at], mixed[other]] = [mixed[other] as T, mixed[at] as T]
  }
  return mixed
}

/**
 * Performs the entries of a `$batch`. Each is throttled and logged separately. The responses are in a random order derived
 * from the seed. An entry that depends on a failed one is answered 424 and not performed. A cut connection of one entry is
 * that of the batch.
 */
export const createBatch = (options: { readonly clock: Clock; readonly random: () => number }): BatchRunner => {
  const { clock } = options

  const refused = (call: GraphCall, status: number, code: string, message: string): ServedReply => ({
    status,
    headers: {},
    body: errorBody(new GraphFault(status, code, message), call.ids, clock.now()),
    units: 1,
  })

  const performed = (
    entry: BatchEntry,
    whole: GraphCall,
    perform: GraphService['perform'],
  ): Promise<ServedReply> | ServedReply => {
    const clientRequestId = entry.headers['client-request-id'] ?? whole.ids.clientRequestId
    const call: GraphCall = {
      ...entry,
      caller: whole.caller,
      root: whole.root,
      ids: { requestId: newIds({}).requestId, clientRequestId },
      batch: whole.ids.requestId,
    }
    if (nested.test(entry.url))
      return refused(call, 400, 'BadRequest', 'A batch request cannot be part of a batch request.')
    if (absolute.test(entry.url))
      return refused(call, 400, 'BadRequest', 'The url of a batch request must be relative.')
    return perform(call)
  }

  return async (whole, perform, share) => {
    if (whole.method !== 'POST')
      throw new GraphFault(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.')
    if (whole.body instanceof GraphFault) throw whole.body
    const entries = readBatch(whole.body)
    const performing = share === undefined ? undefined : shareOf(entries, share, options.random)
    const outcomes = new Map<string, Promise<ServedReply>>()
    for (const entry of entries) {
      const before = entry.after === undefined ? undefined : outcomes.get(entry.after.toLowerCase())
      const outcome = async (): Promise<ServedReply> => {
        if (before && (await before).status >= 400)
          return refused(
            whole,
            424,
            'FailedDependency',
            `The request with id: ${entry.after} that this one depends on has failed.`,
          )
        if (performing && !performing.has(entry)) return refused(whole, 503, 'ServiceUnavailable', 'Not performed.')
        return performed(entry, whole, perform)
      }
      outcomes.set(entry.id.toLowerCase(), outcome())
    }
    const texts: string[] = []
    let units = 0
    let wire: FaultRule | undefined
    for (const entry of entries) {
      const outcome = await (outcomes.get(entry.id.toLowerCase()) as Promise<ServedReply>)
      units += outcome.units
      wire ??= outcome.wire
      if (!outcome.missing) texts.push(responseText(entry.id, outcome))
    }
    const body = `{"responses":[${shuffle(texts, options.random).join(',')}]}`
    return { status: 200, headers: {}, body, units, ...(wire ? { wire } : {}) }
  }
}
