import { EntrapipeError } from '../../core/errors.ts'
import type { Fields } from '../../core/json.ts'
import type { Key } from '../../core/row.ts'
import { reasonsToRetry } from '../changes/reasons-to-retry.ts'
import type { StoreReader } from '../../store/store.ts'
import { phasesOf, type RunInfo } from '../../store/types.ts'
import { inputColumns, inputLayout, type ResultRow, type RowLayout } from './layouts.ts'
import { resultRows, type WantedOutcome } from './read-rows.ts'

/** The columns of the input of the rows with an outcome. `isWanted` leaves rows out. */
export const columnsOf = async (
  run: StoreReader,
  info: RunInfo,
  outcome: WantedOutcome | undefined,
  isWanted: (row: ResultRow) => boolean,
): Promise<ReturnType<typeof inputColumns>> => {
  const columns = inputColumns(info)
  const addAll = async (wanted: WantedOutcome | undefined, most = Infinity): Promise<void> => {
    let seen = 0
    for await (const page of resultRows(run, info, wanted)) {
      for (const row of page) if (isWanted(row)) columns.add(row)
      if ((seen += page.length) >= most) return
    }
  }
  await addAll(outcome)
  // Without a row the file still has a header: it is read without a fault, as no rows.
  if (columns.names().length === 0) await addAll(undefined, 1)
  return columns
}

/** Whether the input of a row is there, to be written again. */
const isReadable = ({ input }: ResultRow): boolean => input !== undefined && input.isUnread !== true

/**
 * How rows of a run are written as an input: only their columns, to be corrected and sent again.
 *
 * @throws EntrapipeError `OPTION_INVALID` for a run without an input
 */
export const asInputLayout = async (
  run: StoreReader,
  info: RunInfo,
  outcome: WantedOutcome | undefined,
): Promise<RowLayout & { readonly columns: readonly string[] }> => {
  const columns = await columnsOf(run, info, outcome, ({ input }) => input?.isUnread !== true)
  if (columns.names().length > 0) return { ...inputLayout(info, columns), columns: columns.names() }
  const isRetried = (await reasonsToRetry(run, phasesOf(info))) !== undefined
  throw new EntrapipeError('OPTION_INVALID', `Run ${info.id} kept no input rows, so --as-input has nothing to write.`, {
    fix: isRetried ? `To send its failed rows again: entrapipe runs retry ${info.id}` : 'Leave --as-input out.',
  })
}

/** Rows of an input, a page at a time, each once: the steps of a row have the same input. Rows that could not be read are in `unread`. */
export async function* inputRows(
  run: StoreReader,
  info: RunInfo,
  outcome: WantedOutcome | undefined,
  { lay }: RowLayout,
  unread: Key[],
): AsyncGenerator<readonly Fields[]> {
  let last: Key | undefined
  for await (const page of resultRows(run, info, outcome)) {
    const rows: Fields[] = []
    for (const row of page) {
      if (row.result.key === last) continue
      last = row.result.key
      if (isReadable(row)) rows.push(lay(row))
      else unread.push(row.result.key)
    }
    yield rows
  }
}
