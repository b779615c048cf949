/** What waits for a time. */
export interface DueAt {
  /** Milliseconds since 1970. */
  readonly dueMs: number
}

/** Rows that wait for a time. */
export interface DueRows extends DueAt {
  readonly rows: number
}
