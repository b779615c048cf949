import { isAbsolute } from 'node:path'
import { codes, EntrapipeError, type Code } from '../core/errors.ts'
import { asSentence } from '../core/as-sentence.ts'
import type { Json } from '../core/json.ts'
import { given } from '../core/given.ts'

/** The body of every reply that is an error. @see https://www.rfc-editor.org/rfc/rfc9457 */
export interface Problem {
  readonly type: 'about:blank'
  /** The name of the status. */
  readonly title: string
  readonly status: number
  /** One sentence. */
  readonly detail: string
  readonly code: Code
  /** What to do, unless the sentence says it. */
  readonly fix?: string
  readonly retryable: boolean
  readonly facts?: { readonly [name: string]: Json }
}

/** The media type of problems. */
export const problemType = 'application/problem+json'

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  499: 'Client Closed Request',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  507: 'Insufficient Storage',
}

/** What a code is in fastify, and which of ours it is. */
const ofFramework: Readonly<Record<string, readonly [Code, string]>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: ['REQUEST_MALFORMED', 'The body is not valid JSON.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['REQUEST_MALFORMED', 'The body is empty, and JSON was expected.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['REQUEST_MALFORMED', 'The body has another length than the request says.'],
  FST_ERR_BAD_URL: ['REQUEST_MALFORMED', 'The address of the request is not a valid one.'],
  FST_ERR_MAX_URL_LENGTH: ['REQUEST_MALFORMED', 'The address of the request is too long.'],
  FST_ERR_PROTO_POISONING: ['REQUEST_MALFORMED', 'The body has a key that JSON for this server must not have.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['BODY_TOO_LARGE', 'The body is larger than the server accepts.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['CONTENT_UNSUPPORTED', 'The body must be JSON: Content-Type: application/json.'],
}

const isPoisoned = (error: unknown): boolean =>
  error instanceof SyntaxError && /forbidden prototype property/.test(error.message)

/** Whether it is about what the server keeps, and not about the request. */
const isOfServer = ({ code, facts }: EntrapipeError): boolean =>
  code === 'STORE_UNUSABLE' || (code === 'DISK_FULL' && typeof facts['path'] === 'string' && isAbsolute(facts['path']))

/** What a caller learns of it: no path and no address. */
const withoutPlace = (error: EntrapipeError): EntrapipeError =>
  error.code === 'DISK_FULL'
    ? new EntrapipeError('DISK_FULL', 'The disk of the server is full.', { cause: error })
    : new EntrapipeError('SERVER_UNAVAILABLE', 'The database of jobs cannot be used now.', { cause: error })

/** Our error for what was thrown while a request was answered. */
const ours = (error: unknown): EntrapipeError | undefined => {
  if (error instanceof EntrapipeError) return isOfServer(error) ? withoutPlace(error) : error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const [kind, sentence] = ofFramework[isPoisoned(error) ? 'FST_ERR_PROTO_POISONING' : code] ?? []
  return kind && new EntrapipeError(kind, sentence!, { cause: error })
}

/**
 * The reply to a request that failed. What is no error of ours is a defect, about which a caller learns nothing.
 *
 * @returns `isDefect` if it belongs in the log with its stack
 */
export const problemOf = (thrown: unknown): { readonly problem: Problem; readonly isDefect: boolean } => {
  const error = ours(thrown)
  if (!error)
    return {
      problem: {
        type: 'about:blank',
        title: titles[500]!,
        status: 500,
        detail: 'The server failed. Its log has the reason.',
        code: 'INTERNAL',
        retryable: false,
      },
      isDefect: true,
    }
  const { http: status, retryable } = codes[error.code]
  const facts = Object.fromEntries(
    Object.entries(error.facts).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  )
  return {
    problem: {
      type: 'about:blank',
      title: titles[status] ?? 'Error',
      status,
      detail: asSentence(error.message),
      code: error.code,
      ...given({ fix: error.fix }),
      retryable,
      ...(Object.keys(facts).length > 0 && { facts }),
    },
    isDefect: error.code === 'INTERNAL' || (thrown instanceof EntrapipeError && isOfServer(thrown)),
  }
}
