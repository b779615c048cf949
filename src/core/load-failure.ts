import { existsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { systemCode } from './errors.ts'
import { firstLine, toldWithLocation } from './thrown.ts'

/** Explains why a user's module could not be loaded, with the place if it is known, and what to do. */
export const loadFailure = (cause: unknown): string => {
  const missing = /^Cannot find (package|module) '(.+?)' imported from (.+)$/.exec(firstLine(cause))
  if (systemCode(cause) !== 'ERR_MODULE_NOT_FOUND' || !missing) return `${toldWithLocation(cause)}.`
  const [, what, name = '', from = ''] = missing
  if (what === 'package')
    return `Cannot find package '${name}'. Install it (\`npm install ${name}\` in ${dirname(from)}), or remove the import.`
  const meant = [`${name}.ts`, name.replace(/\.js$/, '.ts')].find(file => file !== name && existsSync(file))
  return `File ${name} not found, imported by ${basename(from)}${meant ? `; did you mean ${basename(meant)}?` : '.'}`
}
