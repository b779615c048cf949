import { programName } from './version.ts'
import { quoted } from './words.ts'

/** What a person may want to type after a first export. */
export const nextCommand = (what: string, to: string, tenant: string): string => {
  const verify = `${programName} verify ${quoted(to)}`
  const more =
    what === 'users'
      ? `${programName} export users --tenant ${quoted(tenant)} --filter "accountEnabled eq false" --select id,userPrincipalName --to disabled.csv`
      : `${programName} export users --tenant ${quoted(tenant)} --limit 10`
  return `Next: ${verify}\n  or: ${more}`
}
