import type { Json } from './json.ts'

/** What a code means for the process, for an HTTP caller, and for a retry. Documented in docs/errors.md. */
interface CodeFacts {
  /** Exit status of the process. */
  readonly exit: number
  readonly http: number
  /** Whether a retry may succeed without any change. */
  readonly retryable: boolean
}

const usage = { exit: 2, http: 422, retryable: false } as const
const failed = { exit: 1, http: 500, retryable: false } as const
const refusedSignIn = { exit: 6, http: 401, retryable: false } as const

/** Every error code: exit status, HTTP status, whether to retry. docs/errors.md says when it occurs and what to do. */
export const codes = {
  // Usage and configuration
  USAGE: usage,
  OPTION_INVALID: usage,
  PROPERTY_UNKNOWN: usage,
  FILTER_INVALID: usage,
  PRESET_UNKNOWN: usage,
  PIPELINE_INVALID: usage,
  MAPPING_INVALID: usage,
  PRICES_INVALID: usage,
  CONFIG_INVALID: usage,
  TENANT_MISSING: usage,
  TENANT_UNKNOWN: usage,
  SECRET_EXPOSED: usage,
  SECRET_MISSING: usage,
  GROUP_UNKNOWN: { exit: 2, http: 404, retryable: false },
  GROUP_AMBIGUOUS: { exit: 2, http: 409, retryable: false },
  OBJECT_UNKNOWN: { exit: 2, http: 404, retryable: false },
  OBJECT_AMBIGUOUS: { exit: 2, http: 409, retryable: false },
  SKU_UNKNOWN: { exit: 2, http: 404, retryable: false },
  SKU_AMBIGUOUS: { exit: 2, http: 409, retryable: false },
  SKU_NOT_OWNED: { exit: 2, http: 404, retryable: false },
  LICENCE_NOT_OF_GROUP: { exit: 2, http: 409, retryable: false },
  SERVICE_PLAN_UNKNOWN: { exit: 2, http: 404, retryable: false },
  SERVICE_PLAN_AMBIGUOUS: { exit: 2, http: 409, retryable: false },
  SERVICE_PLAN_FIXED: usage,
  FILE_MISSING: { exit: 2, http: 404, retryable: false },
  FILE_UNREADABLE: usage,
  FILE_UNWRITABLE: usage,
  SERVER_UNAVAILABLE: { exit: 75, http: 503, retryable: true },
  HEADER_INVALID: usage,
  STORE_UNUSABLE: usage,
  // Runs
  RUN_UNKNOWN: { exit: 2, http: 404, retryable: false },
  RUN_ACTIVE: { exit: 75, http: 409, retryable: true },
  LEASE_LOST: { exit: 75, http: 409, retryable: true },
  CRASH_LOOP: failed,
  RUN_NOT_RESUMABLE: { exit: 2, http: 409, retryable: false },
  RUN_UNFINISHED: { exit: 2, http: 409, retryable: false },
  RUN_ENDED: { exit: 2, http: 409, retryable: false },
  RUN_CHANGED: { exit: 2, http: 409, retryable: false },
  RUN_SUPERSEDED: { exit: 2, http: 409, retryable: false },
  RUN_REPEATED: { exit: 5, http: 409, retryable: false },
  RUN_UNDECIDED: { exit: 2, http: 409, retryable: false },
  CREDENTIALS_LEFT: { exit: 2, http: 409, retryable: false },
  // Jobs
  JOB_UNKNOWN: { exit: 2, http: 404, retryable: false },
  JOB_STATE: { exit: 2, http: 409, retryable: false },
  SCHEDULE_UNKNOWN: { exit: 2, http: 404, retryable: false },
  SCHEDULE_KNOWN: { exit: 2, http: 409, retryable: false },
  SCHEDULE_STATE: { exit: 2, http: 409, retryable: false },
  KEY_REUSED: { exit: 2, http: 422, retryable: false },
  KEY_ACTIVE: { exit: 75, http: 409, retryable: true },
  APPROVAL_REFUSED: { exit: 6, http: 403, retryable: false },
  SERVER_ACTIVE: { exit: 75, http: 409, retryable: true },
  PARTIAL_CHANGED: failed,
  INTERRUPTED: { exit: 130, http: 499, retryable: true },
  TERMINATED: { exit: 143, http: 499, retryable: true },
  // Data
  COLUMN_UNKNOWN: usage,
  INPUT_MALFORMED: { exit: 1, http: 422, retryable: false },
  INPUT_CUT_OFF: { exit: 1, http: 422, retryable: false },
  INPUT_CHANGED: failed,
  LICENCES_PENDING: { exit: 75, http: 503, retryable: true },
  INPUT_NOT_READY: { exit: 75, http: 503, retryable: true },
  ALL_FAILED: { exit: 3, http: 422, retryable: false },
  TOO_MANY_FAILED: { exit: 5, http: 422, retryable: false },
  TOO_MUCH_DRIFT: { exit: 4, http: 409, retryable: true },
  SEATS_SHORT: { exit: 5, http: 409, retryable: false },
  TOO_MANY_REMOVALS: { exit: 5, http: 422, retryable: false },
  ALL_REFUSED: { exit: 5, http: 422, retryable: false },
  UNCONFIRMED: { exit: 5, http: 409, retryable: false },
  PLAN_REFUSED: { exit: 5, http: 409, retryable: false },
  IRREVERSIBLE: { exit: 5, http: 422, retryable: false },
  INPUT_FOREIGN: { exit: 5, http: 422, retryable: false },
  FEED_UNSAFE: { exit: 5, http: 422, retryable: false },
  INPUT_INCOMPLETE: { exit: 5, http: 422, retryable: false },
  ROW_INVALID: { exit: 3, http: 422, retryable: false },
  STEP_FAILED: failed,
  DISK_FULL: { exit: 1, http: 507, retryable: false },
  WRITE_FAILED: failed,
  VERIFY_FAILED: failed,
  // Graph
  SIGN_IN_FAILED: refusedSignIn,
  NOT_PERMITTED: { exit: 6, http: 403, retryable: false },
  GRAPH_REFUSED: { exit: 1, http: 502, retryable: false },
  GRAPH_NOT_FOUND: { exit: 1, http: 404, retryable: false },
  GRAPH_THROTTLED: { exit: 75, http: 503, retryable: true },
  GRAPH_UNAVAILABLE: { exit: 75, http: 503, retryable: true },
  GRAPH_LINK_REPEATED: failed,
  GRAPH_LINK_FOREIGN: failed,
  GRAPH_READ_ONLY: failed,
  // Server
  REQUEST_MALFORMED: { exit: 2, http: 400, retryable: false },
  NOT_SIGNED_IN: { exit: 6, http: 401, retryable: false },
  NOT_ALLOWED: { exit: 6, http: 403, retryable: false },
  ORIGIN_FOREIGN: { exit: 6, http: 403, retryable: false },
  HOST_FOREIGN: { exit: 2, http: 421, retryable: false },
  ADDRESS_UNKNOWN: { exit: 2, http: 404, retryable: false },
  BODY_TOO_LARGE: { exit: 2, http: 413, retryable: false },
  CONTENT_UNSUPPORTED: { exit: 2, http: 415, retryable: false },
  PIPELINE_UNKNOWN: { exit: 2, http: 422, retryable: false },
  FILE_UNKNOWN: { exit: 2, http: 404, retryable: false },
  TOKEN_UNKNOWN: { exit: 2, http: 404, retryable: false },
  NAME_TAKEN: { exit: 2, http: 409, retryable: false },
  UPLOAD_UNKNOWN: { exit: 2, http: 404, retryable: false },
  TOO_MANY_REQUESTS: { exit: 75, http: 429, retryable: true },
  // Sandbox
  SANDBOX_UNAVAILABLE: failed,
  // A bug in entrapipe
  INTERNAL: failed,
} as const satisfies Record<string, CodeFacts>

/** One of `codes`. */
export type Code = keyof typeof codes

/** What an error has besides its code and its message. */
export interface ErrorOptions {
  readonly cause?: unknown
  /** Small and safe values: never a record, a token or a header. */
  readonly facts?: { readonly [name: string]: Json | undefined }
  /** The wait that the service requested. */
  readonly retryAfterMs?: number
  /** What to do, unless the message already says it. */
  readonly fix?: string
}

/** The only error class. The message tells the person who must act what happened, where, and what to do. */
export class EntrapipeError extends Error {
  override readonly name = 'EntrapipeError'
  readonly code: Code
  readonly facts: { readonly [name: string]: Json | undefined }
  readonly retryAfterMs: number | undefined
  readonly fix: string | undefined

  constructor(code: Code, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.facts = options.facts ?? {}
    this.retryAfterMs = options.retryAfterMs
    this.fix = options.fix
  }

  get exit(): number {
    return kindOf(this.code)?.exit ?? 1
  }

  get retryable(): boolean {
    return kindOf(this.code)?.retryable ?? false
  }
}

/** Undefined for a code that does not exist, which a pipeline in JavaScript may use. */
const kindOf = (code: Code): (typeof codes)[Code] | undefined => (Object.hasOwn(codes, code) ? codes[code] : undefined)

/** Whether an error is an EntrapipeError with this code. */
export const isCode = (error: unknown, code: Code): error is EntrapipeError =>
  error instanceof EntrapipeError && error.code === code

/** What was thrown, as an error. */
export const errorOf = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown })

/** Returns the system error code (`ENOSPC`, `ECONNRESET` …) of an error or of its cause. */
export const systemCode = (error: unknown): string | undefined => {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++)
    if (
      'code' in at &&
      typeof at.code === 'string' &&
      /^(E[A-Z0-9_]+|UND_ERR_\w+|ERR_\w+|CERT_\w+|DEPTH_\w+|SELF_\w+|UNABLE_\w+)$/.test(at.code)
    )
      return at.code
  return undefined
}
