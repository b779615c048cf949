import { asSentence } from '../../core/as-sentence.ts'
import type { Store } from '../../store/store.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { resultRows, type WantedOutcome } from '../../engine/results/read-rows.ts'
import type { ResultRow } from '../../engine/results/layouts.ts'
import { textTable } from '../../formats/text-table.ts'

/** Number of rows aligned together. Later rows may have other column widths. */
const rowsAtOnce = 200

const cells = ({ key, outcome, code, message, fix }: ResultRow['result']): readonly string[] => [
  String(key),
  outcome,
  code ?? '-',
  [message, fix]
    .filter(text => text !== undefined)
    .map(asSentence)
    .join(' '),
]

/** Prints the results of a run as a table, for a terminal. */
export const showResults = async (
  store: Store,
  id: string,
  outcome: WantedOutcome | undefined,
  cli: Cli,
): Promise<void> => {
  const info = await store.get(id)
  await store.read(info.id, async run => {
    let isFirst = true
    for await (const rows of resultRows(run, info, outcome))
      for (let at = 0; at < rows.length; at += rowsAtOnce) {
        await printLines(
          cli,
          textTable([
            ...(isFirst ? [['KEY', 'OUTCOME', 'CODE', 'REASON']] : []),
            ...rows.slice(at, at + rowsAtOnce).map(({ result }) => cells(result)),
          ]),
        )
        isFirst = false
      }
    if (isFirst) cli.say(`Run ${info.id} has no ${outcome === undefined ? '' : `${outcome} `}results.`)
  })
}
