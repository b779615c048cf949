import { commandOf } from './object-kinds.ts'

/** The words of the command that runs an operation: `users create` for `create-user`. */
export const commandWords = (kind: string): string => {
  const at = kind.indexOf('-')
  return `${commandOf(kind.slice(at + 1))} ${kind.slice(0, at)}`
}
