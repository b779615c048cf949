import { existsSync, realpathSync } from 'node:fs'
import { delimiter, isAbsolute, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Environment } from '../../core/environment.ts'
import type { Cli } from '../cli.ts'
import { quotedPath } from '../report/words.ts'

const plain = 'entrapipe'
const launcher = fileURLToPath(new URL('../../../bin/entrapipe.js', import.meta.url))
const isClone = import.meta.url.endsWith('.ts')

/** Commands that use a configuration. */
const configured =
  'export|run|filter|diff|hr-feed|onboard|offboard|users|groups|members|owners|devices|apps|service-principals|admin-units|app-roles|roles|licenses|apply|check|tenants|serve|worker|runs (?:resume|retry|undo|due)'
const others = 'template|verify|runs|jobs|schedule|access|audit|permissions|sandbox|store|completion'
/** An entrapipe command anywhere in a message. */
const typed = new RegExp(`(?<![\\w./-]|npx )${plain} (?=(?:(${configured})|${others})(?![\\w-]))`, 'g')

/**
 * How this user starts the program: by its name if that is on the PATH, otherwise with npx, as in a clone or in a project
 * that depends on it. Folders that npm itself adds to the PATH do not count: they are gone when npm's command ends.
 */
export const programName = ({ variable, platform }: Pick<Environment, 'variable' | 'platform'>): string => {
  const name = platform === 'win32' ? `${plain}.cmd` : plain
  const folders = (variable('PATH') ?? variable('Path') ?? '').split(delimiter)
  const found = folders
    .filter(folder => isAbsolute(folder) && !folder.includes(`${sep}node_modules${sep}.bin`))
    .map(folder => join(folder, name))
    .some(file => existsSync(file) && (!isClone || isOurs(file)))
  return found ? plain : `npx ${plain}`
}

/** A clone may exist beside an installed package of another version. */
const isOurs = (file: string): boolean => {
  try {
    return realpathSync(file) === launcher
  } catch {
    // A broken link starts nothing.
    return false
  }
}

/**
 * Replaces `entrapipe` by `name` at the start of each command in a text.
 *
 * @param config the option `--config` with its value, for the commands that use a configuration
 */
export const asTyped = (text: string, name: string, config?: string): string =>
  name === plain && config === undefined
    ? text
    : text.replace(
        typed,
        (_, needs?: string) => `${name} ${needs === undefined || config === undefined ? '' : `${config} `}`,
      )

/** `--config FILE`, as it is typed and is valid within JSON; undefined if it was not given. */
export const configFlag = (cli: Pick<Cli, 'json' | 'config'>): string | undefined => {
  const config = cli.config()
  if (config === undefined) return undefined
  const flag = `--config ${quotedPath(config)}`
  return cli.json() ? JSON.stringify(flag).slice(1, -1) : flag
}
