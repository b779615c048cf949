import { outputSink, type OutputOptions } from '../../catalogue/output-sink.ts'
import { expectNoFormat } from '../../catalogue/table-sink.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { momentOf } from '../../core/instant.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { withExcel } from '../options/with-excel.ts'
import { counted } from '../report/words.ts'
import { writeRows } from '../report/write-rows.ts'
import { collectLedger, type CollectedLedger } from './collect-ledger.ts'
import { tenantId } from './tenant-id.ts'
import { ledgerColumns, ledgerRows, ledgerTable, ledgerTypes } from './ledger-rows.ts'

/** Options of the command. */
export interface LedgerOptions extends OutputOptions {
  readonly tenant?: string
  /** A day, or a time with its zone. */
  readonly since?: string
  readonly until?: string
}

/** The exit status if the log lacks details of some changes. */
const incomplete = 4
/** The exit status if some changes are unknown. */
const someUnknown = 7

/**
 * `entrapipe licenses ledger`.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `USAGE`, `VERIFY_FAILED` at a changed line of the log; as `wishedTenant` and the sink do
 */
export const writeLedger = async ({ tenant, since, until, ...asked }: LedgerOptions, cli: Cli): Promise<void> => {
  const output = await withExcel(asked, cli)
  const times = given({ since: instantOf('--since', since), until: instantOf('--until', until) })
  if (times.since !== undefined && times.until !== undefined && times.since >= times.until)
    throw new EntrapipeError('OPTION_INVALID', '--until must be later than --since.')
  const isTable = output.to === '-' && output.format === undefined && !cli.json()
  if (isTable) expectNoFormat(output)
  const store = await cli.store()
  const id = await tenantId(tenant, cli)
  const ledger = await collectLedger(store.audit.lines(), { tenant: id, ...times })
  try {
    if (isTable && ledger.totals.length > 0) await printLines(cli, ledgerTable(ledger))
    if (!isTable) await writeFile(ledger, output, cli)
    if (ledger.totals.length === 0)
      cli.say(
        `The audit log has no licences that somebody got or lost in this tenant${Object.keys(times).length > 0 ? ' at that time' : ''}.`,
      )
    else if (isTable) cli.say('A file names the users: --to ledger.csv.')
    const { unclear, unknown } = ledger
    if (unclear.changes > 0) {
      cli.say(
        `The audit log does not say what ${counted(unclear.changes, 'change')} of licences did, so ${areNotIn(unclear)}`,
      )
      cli.exit(incomplete)
    }
    if (unknown.changes > 0) {
      cli.say(
        `It is not known whether ${counted(unknown.changes, 'change')} of licences ${unknown.changes === 1 ? 'was' : 'were'} made, so ${areNotIn(unknown)} To look again: entrapipe runs retry ${unknown.runs[0]} --outcome unknown`,
      )
      cli.exit(someUnknown)
    }
  } finally {
    ledger.close()
  }
}

const areNotIn = ({ changes, runs }: CollectedLedger['unclear']): string =>
  `${changes === 1 ? 'it is' : 'they are'} not in the ledger: ${runs.length === 1 ? 'run' : 'runs'} ${runs.join(', ')}.`

/** In the form of the log. */
const instantOf = (option: string, text: string | undefined): string | undefined => {
  if (text === undefined) return undefined
  const moment = momentOf(text)
  if (moment) return moment.instant
  throw new EntrapipeError(
    'OPTION_INVALID',
    `Expected ${option} to be a day such as 2027-01-31, or a date and a time with its zone such as 2027-01-31T18:00:00Z, got "${text}"`,
  )
}

const writeFile = async (ledger: CollectedLedger, asked: OutputOptions, cli: Cli): Promise<void> => {
  const isStdout = asked.to === '-'
  const format = isStdout && asked.format === undefined ? { format: 'json' as const } : {}
  const output = { ...asked, ...format, ...(isStdout && (asked.format ?? 'json') === 'jsonl' && { trailer: false }) }
  const sink = outputSink(output, { columns: ledgerColumns, types: ledgerTypes }, cli.stdout)
  const written = await writeRows(sink, ledgerRows(ledger), cli)
  if (!isStdout) cli.say(`Wrote ${asked.to}: ${counted(written, 'row')}.`)
}
