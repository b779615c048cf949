import type { RunInfo } from '../../store/types.ts'
import { quoted, quotedPath } from '../report/words.ts'

/** Parameters of an export that it has unless they are given. */
const usual: Readonly<Record<string, unknown>> = { to: '-', trailer: true }

/** The command that begins the work of a run anew, as it can be typed in the folder where it began. */
export const commandOf = ({ pipeline, params, tenant, resumable }: RunInfo): string => {
  const isExport = pipeline.startsWith('export ')
  const given = Object.entries(params as Readonly<Record<string, unknown>>).filter(
    ([name, value]) => value !== null && name !== 'tenant' && !(isExport && usual[name] === value),
  )
  return [
    'entrapipe',
    isExport ? pipeline : `run ${quotedPath(pipeline)}`,
    ...(tenant ? [`--tenant ${quoted(tenant.name)}`] : []),
    ...given.flatMap(([name, value]) => flagOf(name, value)),
    ...(resumable ? ['--fresh'] : []),
  ].join(' ')
}

const flagOf = (name: string, value: unknown): readonly string[] => {
  const flag = `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
  if (value === true) return [flag]
  if (value === false) return name === 'trailer' ? ['--no-trailer'] : []
  const text = Array.isArray(value) ? value.join(',') : String(value)
  // What begins with a dash would be taken for an option.
  return text.startsWith('-') && text !== '-' ? [`${flag}=${quoted(text)}`] : [flag, quoted(text)]
}
