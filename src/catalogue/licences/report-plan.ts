import { EntrapipeError } from '../../core/errors.ts'
import type { Fields } from '../../core/json.ts'
import type { Sink } from '../../core/parts.ts'
import type { Plan } from '../../engine/plan.ts'
import { reportColumns, reportTypes } from '../../licensing/report/report-rows.ts'
import { textSink } from '../../sinks/text-sink.ts'
import { outputSink, type OutputOptions } from '../output-sink.ts'
import { findings } from './findings.ts'
import { licensedUsers } from './licensed-users.ts'
import { reportTable } from './report-table.ts'
import { withLastRows } from './with-last-rows.ts'

/** Parameters of `entrapipe licenses report`, named like its flags. */
export interface ReportParams extends OutputOptions {
  readonly unusedDays?: number
  /** False leaves out who does not use a licence: Graph returns few sign-ins a minute. @default true */
  readonly signIns?: boolean
}

/**
 * The plan of `entrapipe licenses report`: reads users with licences, and writes what is found about them, then the counts. On stdout it is a table of the
 * counts unless a format is named.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `USAGE`
 */
export const reportPlan = ({ unusedDays, signIns, ...output }: ReportParams): Plan => {
  if (signIns === false && unusedDays !== undefined)
    throw new EntrapipeError(
      'USAGE',
      '--unused-days needs the sign-ins, which --no-sign-ins leaves out. Omit one of them.',
    )
  const { source, hasSignIns } = licensedUsers(signIns)
  const { transform, counts } = findings(hasSignIns, unusedDays)
  return { source, transforms: [transform], sink: withLastRows(sinkOf(output), counts) as Sink<never> }
}

const sinkOf = (output: OutputOptions): Sink<Fields> => {
  if (output.to !== '-' || output.format !== undefined)
    return outputSink(output, { columns: reportColumns, types: reportTypes })
  const flags: Readonly<Record<string, unknown>> = { ...output, to: undefined, trailer: undefined }
  if (Object.values(flags).some(value => value !== undefined))
    throw new EntrapipeError(
      'USAGE',
      'How rows are written does not apply to the table. Name a file with --to, or the format of stdout with --format.',
    )
  return textSink<Fields>({ kind: 'report', to: '-', format: 'text', encoder: reportTable })
}
