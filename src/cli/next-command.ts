import { quoted } from './words.ts'

/** What a person may want to type after a first export. */
export const nextCommand = (what: string, to: string, tenant: string): string => {
  const verify = `entrapipe verify ${quoted(to)}`
  const more =
    what === 'users'
      ? `entrapipe export users --tenant ${quoted(tenant)} --filter "accountEnabled eq false" --select id,userPrincipalName --to disabled.csv`
      : `entrapipe export users --tenant ${quoted(tenant)} --limit 10`
  return `Next: ${verify}\n  or: ${more}`
}
