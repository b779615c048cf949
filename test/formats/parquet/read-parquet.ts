import { readFile } from 'node:fs/promises'
import { zstdDecompressSync } from 'node:zlib'
import { parquetReadObjects } from 'hyparquet'

/** Reads the rows of a Parquet file, for tests that read many files; undefined without one. */
export const readParquet = async (path: string): Promise<readonly Record<string, unknown>[] | undefined> => {
  const bytes = await readFile(path).catch(() => undefined)
  if (!bytes) return undefined
  const file = new Uint8Array(bytes).buffer
  return parquetReadObjects({ file, compressors: { ZSTD: input => zstdDecompressSync(input) } })
}
