import { safeParse, type BaseIssue } from 'valibot'
import { EntrapipeError } from '../core/errors.ts'
import type { CompleteConfig, Config, TenantEntry } from './config.ts'
import { given } from '../core/given.ts'
import { didYouMean } from './did-you-mean.ts'
import { unknownSetting } from './schema-parts.ts'
import { configSchema } from './schema.ts'

const defaults = ['cloud', 'graphUrl', 'authorityUrl', 'caFile', 'quotas']
/** Settings by level. `credential` has the settings of all kinds. */
const levels = {
  'the top': ['tenants', 'defaults', 'sftp', 'notifications'],
  'a server of sftp': ['hostKey', 'privateKey', 'passphrase', 'password', 'marker', 'stableSeconds'],
  defaults: ['clientId', 'credential', ...defaults],
  "a tenant's entry": ['tenantId', 'clientId', 'credential', 'tags', ...defaults],
  credential: ['kind', 'secret', 'certificate', 'password', 'refreshToken', 'partnerTenantId', 'clientId', 'env'],
  quotas: ['size', 'share'],
  notifications: ['link', 'smtp', 'caFile', 'targets'],
  'the server of mails': ['host', 'port', 'tls', 'user', 'password', 'from'],
  'a target of notifications': ['events', 'tenants', 'pipelines', 'webhook', 'mail'],
  webhook: ['url', 'secret', 'privateAddresses'],
} as const satisfies Readonly<Record<string, readonly string[]>>
type Level = keyof typeof levels

const levelOf = (path: readonly PropertyKey[]): Level => {
  const [first, , inner] = path
  if (path.length === 1) return 'the top'
  if (first === 'notifications') {
    if (path.length === 2) return 'notifications'
    if (path[1] === 'smtp') return 'the server of mails'
    return path.length === 4 ? 'a target of notifications' : 'webhook'
  }
  if (first === 'sftp') return 'a server of sftp'
  if (first === 'defaults') return path.length === 2 ? 'defaults' : path[1] === 'credential' ? 'credential' : 'quotas'
  return path.length === 3 ? "a tenant's entry" : inner === 'quotas' ? 'quotas' : 'credential'
}

/** Suggests a setting for an unknown one. */
const hint = (path: readonly PropertyKey[]): string => {
  const name = String(path.at(-1))
  const here = levelOf(path)
  const near = didYouMean(name, levels[here])
  const there = (Object.keys(levels) as Level[]).find(
    level => level !== here && (levels[level] as readonly string[]).includes(name),
  )
  return near || there === undefined ? near : ` It belongs in ${there}.`
}

/** `tenants.contoso.credential.secret`, with quotes around names that are not identifiers. */
const place = (path: readonly PropertyKey[]): string =>
  path
    .map((part, at) =>
      /^[A-Za-z_$][\w$]*$/.test(String(part)) ? `${at ? '.' : ''}${String(part)}` : `[${JSON.stringify(String(part))}]`,
    )
    .join('')

type Issue = BaseIssue<unknown>
const pathOf = (issue: Issue): string => place((issue.path ?? []).map(({ key }) => key as PropertyKey))

const sentence = (issue: Issue): string => {
  const { message } = issue
  const near = message === unknownSetting ? hint(issue.path!.map(({ key }) => key as PropertyKey)) : ''
  return `${pathOf(issue) || 'The default export'} ${message}${/[.?]$/.test(message) ? '' : '.'}${near}`
}

/** The number of errors to report in full; for further ones only the path is reported. */
const mostTold = 5

/** Adds the sign-in of the defaults to the tenants that have none of their own. */
const complete = (config: Config): CompleteConfig => {
  const { clientId, credential } = config.defaults ?? {}
  const inherited = (tenant: TenantEntry) => ({ ...given({ clientId, credential }), ...tenant })
  const tenants = Object.entries(config.tenants).map(([name, tenant]) => [name, inherited(tenant)] as const)
  return { ...config, tenants: Object.fromEntries(tenants) as CompleteConfig['tenants'] }
}

/**
 * Validates a configuration file's export. One message has the paths of all errors, and the reasons of the first five. It
 * repeats no values, which may be secret.
 *
 * @param file the beginning of the message
 * @param fix the fix of the error
 * @throws EntrapipeError `CONFIG_INVALID` (facts: file, paths)
 */
export const validateConfig = (
  value: unknown,
  file: string,
  fix = 'Correct the file. `entrapipe tenants add --help` shows an example entry.',
): CompleteConfig => {
  const checked = safeParse(configSchema, value)
  if (checked.success) return complete(checked.output)
  const { issues } = checked
  const more = issues.slice(mostTold).map(pathOf)
  const told = [
    ...issues.slice(0, mostTold).map(sentence),
    ...(more.length > 0 ? [`Also invalid: ${more.join(', ')}.`] : []),
  ]
  throw new EntrapipeError('CONFIG_INVALID', `${file}: ${told.join(' ')}`, {
    facts: { file, paths: issues.map(pathOf) },
    fix,
  })
}
