/** What waits for a time. */
export interface DueRow {
  /** Milliseconds since 1970. */
  readonly dueMs: number
}

/** Rows that wait for a time. */
export interface DueRows extends DueRow {
  readonly rows: number
}
