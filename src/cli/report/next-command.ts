import { quotedPath } from './words.ts'

interface Asked {
  readonly to: string
  readonly filter?: string
  readonly limit?: number
}

/**
 * Suggests a command after an export. After all users of the sandbox, suggests a second one to try.
 *
 * @param again after a delta, the command that exports what changes from now on
 */
export const nextCommand = (what: string, { to, filter, limit }: Asked, tenant: string, again?: string): string => {
  const verify = `Next: entrapipe verify ${quotedPath(to)}`
  if (again !== undefined) return `${verify}\n  or, once something has changed: ${again}`
  return tenant === 'sandbox' && what === 'users' && filter === undefined && limit === undefined
    ? `${verify}\n  or: entrapipe export users --tenant sandbox --filter "accountEnabled eq false" --select id,userPrincipalName --to disabled.csv`
    : verify
}

/** Another name beside an output: `users-next.csv.gz` for `users.csv.gz`, `lake/users-next/` for `lake/users/`. */
export const nextTo = (to: string): string => {
  const [, folder = '', name = '', slashes = ''] = /^(.*[/\\])?([^/\\]+)([/\\]*)$/s.exec(to) ?? []
  // The dot of a hidden file begins no extension.
  const dot = slashes === '' ? name.indexOf('.', 1) : -1
  const end = dot < 0 ? name.length : dot
  return `${folder}${name.slice(0, end)}-next${name.slice(end)}${slashes}`
}
