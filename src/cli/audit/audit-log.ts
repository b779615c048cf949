import { outputFormat, outputSink } from '../../catalogue/output-sink.ts'
import { EntrapipeError, isCode } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Fields } from '../../core/json.ts'
import { auditHead } from '../../engine/changes/auditing.ts'
import { hasFormat } from '../../formats/format-of.ts'
import type { Store } from '../../store/store.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { count, counted } from '../report/words.ts'
import { writeRows } from '../report/write-rows.ts'

interface VerifyOptions {
  readonly head?: readonly string[]
  readonly to: string
}

/** Heads of the log that runs of this store have recorded, with their runs: lines that were removed from its end are found by them. */
const recordedHeads = async (store: Store): Promise<ReadonlyMap<string, string>> => {
  const heads = new Map<string, string>()
  for (const { id } of await store.list({ writes: true }))
    try {
      const head = await store.read(id, auditHead)
      if (head !== undefined) heads.set(head, id)
    } catch (error) {
      // The files of a run may be lost. The log has its own chain.
      if (!isCode(error, 'RUN_UNKNOWN')) throw error
    }
  return heads
}

/** Verifies the log. @throws EntrapipeError `VERIFY_FAILED` */
export const verifyAudit = async ({ head = [], to }: VerifyOptions, cli: Cli): Promise<void> => {
  if (to !== '-')
    throw new EntrapipeError('USAGE', '--verify writes no lines, so --to has no effect.', {
      fix: 'Leave one of them out.',
    })
  const store = await cli.store()
  const recorded = await recordedHeads(store)
  const { entries, head: last, broken, missing } = await store.audit.verify([...head, ...recorded.keys()])
  if (broken)
    throw new EntrapipeError(
      'VERIFY_FAILED',
      `The audit log was changed at line ${count(broken.line)}. ${broken.why} ${entries === 0 ? 'No line before it is valid.' : `The ${counted(entries, 'line')} before it ${entries === 1 ? 'is' : 'are'} valid.`}`,
      { facts: { line: broken.line, entries }, fix: compare },
    )
  const [lost] = missing
  if (lost !== undefined) throw absent(lost, entries, recorded.get(lost))
  if (cli.json()) return printLines(cli, [JSON.stringify({ entries, head: last })])
  cli.say(
    entries === 0
      ? 'The audit log is empty: no change was sent from this store.'
      : `The audit log is intact: ${counted(entries, 'line')}, head ${last}`,
  )
}

const compare = 'Keep the file, and compare it with a copy from elsewhere.'

/** The error of a hash that no line has. @param run that recorded it, unless a person gave it */
const absent = (hash: string, entries: number, run: string | undefined): EntrapipeError => {
  const log = entries === 0 ? 'The audit log is empty' : `The audit log has ${counted(entries, 'valid line')}`
  return new EntrapipeError(
    'VERIFY_FAILED',
    `${log}, and none with the hash ${hash}${run === undefined ? ', so lines were removed from its end, or the hash is of another store.' : `, which run ${run} has recorded: lines were removed from its end.`}`,
    { facts: { entries, hash, ...given({ run }) }, fix: compare },
  )
}

async function* pagesOf({ lines }: Store['audit']): AsyncIterable<readonly Fields[]> {
  for await (const page of lines()) yield page as unknown as readonly Fields[]
}

/** Writes the lines of the log, as they are. @throws EntrapipeError `VERIFY_FAILED` at a changed line; as the sink does */
export const writeAudit = async ({ head, to }: VerifyOptions, cli: Cli): Promise<void> => {
  if (head) throw new EntrapipeError('USAGE', '--head applies only to --verify.', { fix: 'Add --verify.' })
  if (to !== '-' && (!hasFormat(to) || outputFormat({ to }) !== 'jsonl'))
    throw new EntrapipeError('OPTION_INVALID', `Expected --to to be x.jsonl or -, got ${to}`)
  const sink = outputSink({ to, ...(to === '-' && { trailer: false }) }, {}, cli.stdout)
  const { audit } = await cli.store()
  const written = await writeRows(sink, pagesOf(audit), cli)
  if (to !== '-') cli.say(`Wrote ${to}: ${counted(written, 'line')}.`)
}
