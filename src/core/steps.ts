import type { Key } from './row.ts'

/** A step of a row. */
export interface StepOf {
  readonly key: Key
  readonly step: number
}

/** A step that ends before a change of another row is sent. */
export interface StepBefore extends StepOf {
  /**
   * `done`: the change is skipped unless that step succeeds · `ended`: it is sent whatever becomes of that step. Both are about something else,
   * so it does not matter whether the directory shows that step yet. @default whatever becomes of it, once the directory shows it
   */
  readonly until?: 'done' | 'ended'
}
