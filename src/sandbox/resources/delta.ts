import type { Json } from '../../core/json.ts'
import type { Kind } from '../directory/types.ts'
import type { SandboxReply } from '../protocol.ts'
import type { Call, Handler } from './call.ts'
import { deltaAsked, objectsAsked } from './delta-options.ts'
import { expired, pageOf, type Page, type Place, type Standing } from './delta-page.ts'
import { faults } from './faults.ts'
import { readOptions, type Options } from './options.ts'
import { context, jsonReply } from './replies.ts'
import { typeFacts } from './type-facts.ts'

/**
 * Answers `GET /users/delta` and similar routes: first all objects, then the changes after each deltaLink. A `$select` sent
 * with a deltaLink replaces the earlier one.
 *
 * @see https://learn.microsoft.com/graph/delta-query-overview
 */
export const delta = (kind: Kind): Handler =>
  answering({
    set: typeFacts[kind].set,
    of: (call, options) => [[kind, deltaAsked(call, kind, options)]],
    isTyped: false,
  })

/** Answers `GET /directoryObjects/delta`: one delta of several types. Each object has `@odata.type`. */
export const objectsDelta: Handler = call =>
  answering({ set: 'directoryObjects', of: (one, options) => [...objectsAsked(one, options)], isTyped: true })(call)

interface Subject {
  /** For `@odata.context`. */
  readonly set: string
  of(call: Call, options: Options): Standing['of']
  /** Whether objects have `@odata.type`. */
  readonly isTyped: boolean
}

const answering =
  (subject: Subject): Handler =>
  call => {
    const options = readOptions(call.request, ['select', 'filter', 'skiptoken', 'deltatoken'])
    const opened = standingOf(call, subject, options)
    const { pageFault } = call.request
    const empty = pageFault === 'emptyPage'
    const page = empty ? { value: [], next: opened.place } : pageOf(call, opened)
    const next = pageFault === 'duplicatedPage' ? opened.place : page.next
    return reply(call, subject, opened, { value: page.value, next }, empty || pageFault === 'duplicatedPage')
  }

const standingOf = (call: Call, subject: Subject, options: Options): Standing => {
  const { directory, request } = call
  const token = options.skiptoken ?? options.deltatoken
  if (token === undefined || token === '' || token.toLowerCase() === 'latest') {
    const place: Place =
      token?.toLowerCase() === 'latest'
        ? { phase: 'rest', after: directory.shown('direct') }
        : { phase: 'sync', since: directory.shown('direct'), type: 0 }
    return { of: subject.of(call, options), ms: directory.now(), n: 0, place }
  }
  if (request.pageFault === 'expiredPageToken' && options.skiptoken !== undefined) throw faults.pageTokenExpired()
  const standing = call.tokens.open(token) as unknown as (Standing & { readonly set: string }) | undefined
  if (standing?.set !== subject.set || !('place' in standing))
    throw options.skiptoken === undefined ? faults.deltaTokenInvalid() : faults.pageTokenInvalid()
  if (standing.gone) throw faults.pageTokenGone()
  if (directory.now() - standing.ms > call.knobs.deltaTokenLifeMs) throw expired(call)
  if (options.skiptoken !== undefined || options.select === undefined) return standing
  const asked = new Map(subject.of(call, options))
  return {
    ...standing,
    of: standing.of.map(([kind, before]) => [kind, { ...before, ...asked.get(kind), ids: before.ids }] as const),
  }
}

const reply = (call: Call, subject: Subject, standing: Standing, page: Page, again: boolean): SandboxReply => {
  const { request, tokens, directory } = call
  const ends = page.next.phase === 'rest' && !again
  const gone = request.retried === true && request.pageFault === 'tokenGoneAfterRetry'
  const sealed = tokens.seal({
    ...standing,
    set: subject.set,
    place: page.next,
    n: standing.n + 1,
    ms: ends ? directory.now() : standing.ms,
    ...(gone ? { gone } : {}),
  } as unknown as Json)
  const path = `${request.root}${request.path}`
  const link =
    request.pageFault === 'repeatedLink'
      ? `"@odata.nextLink":${JSON.stringify(`${path}${request.query === '' ? '' : `?${request.query}`}`)}`
      : ends
        ? `"@odata.deltaLink":${JSON.stringify(`${path}?$deltatoken=${sealed}`)}`
        : `"@odata.nextLink":${JSON.stringify(`${path}?$skiptoken=${sealed}`)}`
  const chosen = new Set(standing.of.flatMap(([, { select = [], relations }]) => [...select, ...relations]))
  const selects = standing.of.some(([, { select }]) => select !== undefined)
  const selected = selects ? `(${[...chosen].join(',')})` : ''
  const value = JSON.stringify(page.value.map(({ kind, ...entry }) => (subject.isTyped ? typed(kind, entry) : entry)))
  return jsonReply(`${context(request.root, `${subject.set}${selected}`)},${link},"value":${value}}`)
}

const typed = (kind: Kind, entry: object): object => ({ '@odata.type': `#${typeFacts[kind].type}`, ...entry })
