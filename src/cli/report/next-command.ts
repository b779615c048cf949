import { quoted, quotedPath } from './words.ts'

interface Asked {
  readonly to: string
  readonly filter?: string
}

/** What a person may want to type after an export: hold the file against its manifest, and, after all users, a part of them. */
export const nextCommand = (what: string, { to, filter }: Asked, tenant: string): string => {
  const verify = `Next: entrapipe verify ${quotedPath(to)}`
  return what === 'users' && filter === undefined
    ? `${verify}\n  or: entrapipe export users --tenant ${quoted(tenant)} --filter "accountEnabled eq false" --select id,userPrincipalName --to disabled.csv`
    : verify
}
