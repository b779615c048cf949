import { EntrapipeError } from '../../core/errors.ts'
import type { Sink } from '../../core/parts.ts'
import type { Plan } from '../../engine/plan.ts'
import { reportColumns, reportTypes } from '../../licensing/report/report-rows.ts'
import type { OutputOptions } from '../output-sink.ts'
import { tableSink } from '../table-sink.ts'
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
  const sink = tableSink(output, { kind: 'report', columns: reportColumns, types: reportTypes, encoder: reportTable })
  return { source, transforms: [transform], sink: withLastRows(sink, counts) as Sink<never> }
}
