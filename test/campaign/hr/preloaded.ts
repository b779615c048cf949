/** The environment variable with what `preload.ts` does, as JSON. */
export const preloadVariable = 'ENTRAPIPE_CAMPAIGN'

/** A place in the work of the program at which it is killed. */
export interface Death {
  /** What the death belongs to, for the count. */
  readonly phase: string
  /** Before a statement that changes an SQLite file, before or after a file gets its name, or before one is removed. */
  readonly at: 'statement' | 'rename' | 'renamed' | 'remove'
  /** Regular expression of the statement, or of the path of the file. */
  readonly of: string
  /** Which of them, from 1. */
  readonly nth: number
}

/** What `preload.ts` does. */
export interface Preloaded {
  /** How far the clock of the process is moved. */
  readonly shiftMs: number
  readonly deaths: readonly Death[]
  /** A file to which the phase of the death is added before the process ends. */
  readonly log: string
}
