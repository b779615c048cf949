/** What is run and killed; JSON, so that a child process can be told. */
export interface Scene {
  readonly name: string
  readonly shards: number
  /** Of each shard. */
  readonly rows: number
  /** File name, in the folder of the run; `lagging/…` is the sink that vouches for older cuts. */
  readonly to: string
  /** Pages come without a position now and then. */
  readonly shaky?: boolean
  /** Whether failed rows are written to a file of their own. */
  readonly rejects?: boolean
  /** What becomes of a row that came before. @default 'drop' */
  readonly later?: 'drop' | 'reject'
}
