import { EntrapipeError } from '../../core/errors.ts'

/** The error for an argument that the parser cannot ask for, because the command shows its own help. */
export const argumentMissing = (name: string): EntrapipeError =>
  new EntrapipeError('USAGE', `The argument <${name}> is missing.`, { fix: '--help lists what is supported.' })
