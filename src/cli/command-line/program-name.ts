import { existsSync, realpathSync } from 'node:fs'
import { delimiter, isAbsolute, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Environment } from '../../core/environment.ts'

const plain = 'entrapipe'
const launcher = fileURLToPath(new URL('../../../bin/entrapipe.js', import.meta.url))
const isClone = import.meta.url.endsWith('.ts')

const commands = 'export|run|filter|verify|check|runs|tenants|permissions|sandbox|completion'
/** A command as our messages write it, at any place of a text. */
const typed = new RegExp(`(?<![\\w./-]|npx )${plain} (?=(?:${commands})(?![\\w-]))`, 'g')

/**
 * How a person starts this program: by its name where that is on the PATH, else with npx, as in a clone or beside the
 * dependencies of a project. What npm itself puts on the PATH is gone when its command has ended.
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

/** A clone may lie beside an installed one, which is another version. */
const isOurs = (file: string): boolean => {
  try {
    return realpathSync(file) === launcher
  } catch {
    // What cannot be followed starts nothing.
    return false
  }
}

/** A text in which each command of ours begins with what has to be typed for it; texts themselves say `entrapipe`. */
export const asTyped = (text: string, name: string): string => (name === plain ? text : text.replace(typed, `${name} `))
