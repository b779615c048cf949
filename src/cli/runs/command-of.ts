import { loadNoted, type LoadedPipeline } from '../../catalogue/load-pipeline.ts'
import type { Params } from '../../engine/params.ts'
import { EntrapipeError } from '../../core/errors.ts'
import type { RunInfo } from '../../store/types.ts'
import { flagOf } from '../options/param-options.ts'
import { quoted, quotedPath } from '../report/words.ts'

/**
 * The command that starts a run over, to be typed in the folder where the run began. A run that cannot be resumed needs no `--fresh`.
 *
 * @param loaded its pipeline; undefined if it can no longer be loaded: parameters equal to their default are then shown too
 */
export const commandOf = (
  { pipeline: name, params, tenant, resumable }: Pick<RunInfo, 'pipeline' | 'params' | 'tenant' | 'resumable'>,
  { file, pipeline, arguments: words = [], found = [] }: Partial<LoadedPipeline> = { file: name },
): string => {
  const known: Params = pipeline?.params ?? {}
  const given = Object.entries(params as Readonly<Record<string, unknown>>).filter(
    ([param, value]) =>
      value !== null && !found.includes(param) && JSON.stringify(value) !== JSON.stringify(known[param]?.fallback),
  )
  const plain = words.flatMap(word => given.filter(([param]) => param === word))
  return [
    'entrapipe',
    file === undefined ? name : `run ${quotedPath(name)}`,
    ...plain.map(([, value]) => quoted(String(value))),
    ...(tenant ? [`--tenant ${quoted(tenant.name)}`] : []),
    ...given
      .filter(one => !plain.includes(one))
      .flatMap(([param, value]) => flagWith(param, value, known[param]?.fallback)),
    ...(resumable ? ['--fresh'] : []),
  ].join(' ')
}

/** The command that starts a run over. The pipeline may be missing. */
export const startOverCommand = async (info: RunInfo): Promise<string> => {
  try {
    return commandOf(info, await loadNoted(info.pipeline))
  } catch (error) {
    if (error instanceof EntrapipeError) return commandOf(info)
    throw error
  }
}

const flagWith = (param: string, value: unknown, fallback: unknown): readonly string[] => {
  const flag = flagOf(param)
  if (value === true) return [flag]
  if (value === false) return fallback === true ? [`--no-${flag.slice(2)}`] : []
  // A comma within an item would be read as a separator.
  if (Array.isArray(value) && value.some(item => String(item).includes(',')))
    return value.flatMap(item => flagWith(param, item, fallback))
  const text = Array.isArray(value) ? value.join(',') : String(value)
  // A value that begins with a dash would be read as an option.
  return text.startsWith('-') && text !== '-' ? [`${flag}=${quoted(text)}`] : [flag, quoted(text)]
}
