/** Rows that were sent lately. */
export interface WrittenPage<Row> {
  readonly rows: readonly (Row & { readonly atMs: number })[]
  readonly number: number | undefined
  readonly open?: number
}
