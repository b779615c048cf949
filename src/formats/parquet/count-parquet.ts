import { parquetMetadata } from 'hyparquet'
import { EntrapipeError } from '../../core/errors.ts'

/** The end of a file has 2 KB for each group of 5,000 rows: this is enough for 40 million. */
const endBytes = 16 * 1024 * 1024

/**
 * Counts the rows of a Parquet file, as its end tells them. Holds 16 MB.
 *
 * @throws EntrapipeError `INPUT_MALFORMED` if the end is missing
 */
export const countParquet = async (chunks: AsyncIterable<Uint8Array>, name: string): Promise<number> => {
  let last: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    last.push(chunk)
    bytes += chunk.length
    while (bytes - last[0]!.length >= endBytes) bytes -= last.shift()!.length
  }
  const end = Buffer.concat(last)
  last = []
  try {
    const { row_groups } = parquetMetadata(end.buffer.slice(end.byteOffset, end.byteOffset + end.length))
    return row_groups.reduce((sum, { num_rows }) => sum + Number(num_rows), 0)
  } catch (cause) {
    throw new EntrapipeError('INPUT_MALFORMED', `${name} is not a whole Parquet file`, { cause, facts: { path: name } })
  }
}
