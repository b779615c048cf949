import type { Param, Params } from '../../engine/params.ts'
import { examples } from '../command-line/examples.ts'
import { flagOf } from '../options/param-options.ts'
import { quoted } from '../report/words.ts'

/** An example value of a parameter. Most text parameters are file names. */
const valueOf = (name: string, { kind, choices, fallback }: Param<unknown>): string => {
  if (fallback !== undefined) return Array.isArray(fallback) ? fallback.join(',') : String(fallback)
  if (choices?.[0] !== undefined) return choices[0]
  if (kind === 'number') return '10'
  if (kind === 'list') return 'one,two'
  return { from: 'in.csv', to: 'out.csv', rejects: 'rejects.csv' }[name] ?? name
}

/** The example in a pipeline's help: a command with its required parameters, or with the first one if none is required. */
export const pipelineExample = (verb: 'run' | 'check', pipeline: string, params: Params): string => {
  const valued = Object.entries(params).filter(([, { kind }]) => kind !== 'flag')
  const compulsory = valued.filter(([, param]) => !('fallback' in param))
  const shown = compulsory.length > 0 ? compulsory : valued.slice(0, 1)
  const flags = shown.map(([name, param]) => `${flagOf(name)} ${quoted(valueOf(name, param))}`)
  // Only its plan says whether it uses a directory.
  return `${examples([verb, quoted(pipeline), ...flags].join(' '))}\n\nA pipeline that reads or changes a directory also needs --tenant, such as --tenant sandbox.`
}
