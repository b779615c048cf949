/** A value of a column. JSON is text, times are milliseconds since 1970, and yes and no are 1 and 0. */
export type Value = string | number | null

/** A line of a table, by the names of its columns. */
export type Line = Readonly<Record<string, Value>>

/** What runs SQL. */
export interface Queries {
  /**
   * Runs one statement in the SQL that SQLite and PostgreSQL share, with values in place of `$1`, `$2` …, and returns its lines.
   *
   * @throws EntrapipeError `STORE_UNUSABLE`, `DISK_FULL`
   */
  query(sql: string, values?: readonly Value[]): Promise<readonly Line[]>
}

/**
 * The small tables beside the runs: jobs, their audit, and who may do what. What belongs to a row of a run is in the record of
 * the run, never here. Names of columns are in lower case, because PostgreSQL folds them.
 */
export interface Tables extends Queries {
  /**
   * Runs `work` in one transaction, which is undone if it throws. `work` uses only the queries that it is given: others wait for
   * its end.
   *
   * @param alone no other transaction with `alone` runs meanwhile, in any process
   */
  transaction<T>(work: (on: Queries) => Promise<T>, alone?: boolean): Promise<T>
  /** Closes the tables. Called when no query is in progress. */
  close(): Promise<void>
}
