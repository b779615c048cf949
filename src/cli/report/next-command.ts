import { quotedPath } from './words.ts'

interface Asked {
  readonly to: string
  readonly filter?: string
  readonly limit?: number
}

/** Suggests a command after an export. After all users of the sandbox, suggests a second one to try. */
export const nextCommand = (what: string, { to, filter, limit }: Asked, tenant: string): string => {
  const verify = `Next: entrapipe verify ${quotedPath(to)}`
  return tenant === 'sandbox' && what === 'users' && filter === undefined && limit === undefined
    ? `${verify}\n  or: entrapipe export users --tenant sandbox --filter "accountEnabled eq false" --select id,userPrincipalName --to disabled.csv`
    : verify
}
