import type { Result } from '../../core/result.ts'
import type { Store } from '../../store/store.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { printTable } from '../tenants/print-table.ts'

/** Number of rows aligned together. Later rows may have other column widths. */
const rowsAtOnce = 200

const sentence = (text: string): string => (/[.?!:]$/.test(text) ? text : `${text}.`)

const cells = ({ key, outcome, code, message, fix }: Result): readonly string[] => [
  String(key),
  outcome,
  code ?? '-',
  [message, fix]
    .filter(text => text !== undefined)
    .map(sentence)
    .join(' '),
]

/** Prints the results of a run as a table, for a terminal. */
export const showResults = async (
  store: Store,
  id: string,
  outcome: Result['outcome'] | undefined,
  cli: Cli,
): Promise<void> => {
  const info = await store.get(id)
  await store.read(info.id, async run => {
    for (let after = 0; ;) {
      const results = await run.readResults({ after, ...(outcome && { outcomes: [outcome] }) })
      if (results.length === 0 && after === 0)
        return cli.say(`Run ${info.id} has no ${outcome === undefined ? '' : `${outcome} `}results.`)
      const last = results.at(-1)
      if (!last) return
      for (let at = 0; at < results.length; at += rowsAtOnce)
        await printLines(
          cli,
          printTable([
            ...(after === 0 && at === 0 ? [['KEY', 'OUTCOME', 'CODE', 'REASON']] : []),
            ...results.slice(at, at + rowsAtOnce).map(cells),
          ]),
        )
      after = last.sequence
    }
  })
}
