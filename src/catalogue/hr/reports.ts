import { EntrapipeError } from '../../core/errors.ts'
import type { Sink, Source } from '../../core/parts.ts'
import type { Phase } from '../../engine/phases.ts'
import type { Plan } from '../../engine/plan.ts'
import { decided } from '../../hr/decided.ts'
import { htmlPieces } from '../../hr/report-html.ts'
import { onPremisesColumns, onPremisesRows, reportColumns, reportRows } from '../../hr/report-rows.ts'
import { csv } from '../../sinks/csv.ts'
import { jsonl } from '../../sinks/jsonl.ts'
import { textSink } from '../../sinks/text-sink.ts'

const ending = (path: string): string | undefined =>
  /\.(csv|jsonl|html)(?:\.(?:gz|zst))?$/i.exec(path)?.[1]?.toLowerCase()

const page = (to: string): Sink<string> => {
  let written = 0
  return textSink({
    kind: 'html',
    to,
    format: 'html',
    encoder: () => ({
      rows(rows) {
        written += rows.length
        return rows.map(({ value }) => value as string).join('')
      },
      end: () => '',
      get written() {
        return written
      },
      columns: undefined,
      save: () => written,
    }),
  })
}

const plan = (source: Source<never>, sink: Sink<never>): Plan => ({ source, sink }) as Plan

const formats: Readonly<Record<string, (to: string, feed: string) => Plan>> = {
  csv: to =>
    plan(
      decided({ kind: 'hr-report', as: reportRows }) as Source<never>,
      csv({ to, columns: [...reportColumns] }) as Sink<never>,
    ),
  jsonl: to =>
    plan(decided({ kind: 'hr-report', as: decision => [decision] }) as Source<never>, jsonl({ to }) as Sink<never>),
  html: (to, feed) => plan(htmlPieces(feed) as Source<never>, page(to) as Sink<never>),
}

const refuse = (option: string, to: string, names: string): EntrapipeError =>
  new EntrapipeError('OPTION_INVALID', `Expected ${option} to be a file ${names}, got ${JSON.stringify(to)}`)

/**
 * The phases that write reports.
 *
 * @param feed name of the feed
 * @throws EntrapipeError `OPTION_INVALID` for other names of files
 */
export const reportPhases = (reports: readonly string[], feed: string): readonly Phase[] =>
  reports.map((to, at) => {
    const make = formats[ending(to) ?? '']
    if (!make) throw refuse('--report', to, 'x.csv, x.jsonl or x.html')
    return { name: `report-${at + 1}`, plan: make(to, feed) }
  })

/** The phase that writes what only Active Directory can change. @throws EntrapipeError `OPTION_INVALID` */
export const adPhase = (to: string): Phase => {
  const format = ending(to)
  if (format !== 'csv' && format !== 'jsonl') throw refuse('--ad-file', to, 'x.csv or x.jsonl')
  const columns = [...onPremisesColumns]
  const sink = format === 'csv' ? csv({ to, columns }) : jsonl({ to, columns })
  return {
    name: 'ad-file',
    plan: plan(decided({ kind: 'hr-on-premises', as: onPremisesRows }) as Source<never>, sink as Sink<never>),
  }
}
