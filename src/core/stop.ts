import { EntrapipeError, type Code } from './errors.ts'
import type { Json } from './json.ts'

/** Why a run must not send its changes. */
export interface Stop {
  readonly code: Code
  /** A sentence. */
  readonly why: string
  /** What to do, as sentences. */
  readonly fix: string
  readonly facts?: { readonly [name: string]: Json }
}

/** The error that ends a run for this reason. @param hasSent whether it has sent other changes before */
export const stopError = ({ code, why, fix, facts }: Stop, hasSent = false): EntrapipeError =>
  new EntrapipeError(code, `${why} Nothing ${hasSent ? 'more ' : ''}was sent.`, { fix, ...(facts && { facts }) })
