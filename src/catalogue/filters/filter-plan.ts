import type { Fields } from '../../core/json.ts'
import type { Sink, Source } from '../../core/parts.ts'
import type { Plan } from '../../engine/plan.ts'
import { filter } from '../../transforms/filter.ts'
import { pick } from '../../transforms/pick.ts'
import { rename } from '../../transforms/rename.ts'
import { outputAfter } from '../output-after.ts'
import { outputSink, type OutputOptions } from '../output-sink.ts'
import { renamesOf } from '../renames.ts'
import { inputFormat, rowSource, type InputOptions } from '../row-source.ts'

/** Parameters of `entrapipe filter`, named like its flags. Kept with the run, so that it can be resumed. */
export interface FilterParams extends OutputOptions, Omit<InputOptions, 'trailer'> {
  readonly odata: string
  /** Columns to write, in this order. */
  readonly columns?: readonly string[]
  /** Whether JSON lines end with a trailer, both on stdin and on stdout. */
  readonly trailer: boolean
}

/**
 * The plan of `entrapipe filter`: reads rows from a file or stdin, and writes those that match to a file or stdout.
 *
 * @throws EntrapipeError `FILTER_INVALID`, `OPTION_INVALID`
 */
export const filterPlan = (params: FilterParams): Plan => {
  const renames = renamesOf(params.rename)
  return {
    source: rowSource(params) as Source<never>,
    transforms: [
      filter<Fields>(params.odata),
      // Errors name the flag.
      ...(params.columns ? [{ ...pick(...params.columns), kind: '--columns' }] : []),
      ...(renames ? [rename(renames)] : []),
    ],
    sink: outputSink(outputAfter(params, inputFormat(params) === 'jsonl'), {}) as Sink<never>,
  }
}
