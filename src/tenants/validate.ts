import { safeParse, type BaseIssue } from 'valibot'
import { EntrapipeError } from '../core/errors.ts'
import type { Config } from './config.ts'
import { didYouMean } from './did-you-mean.ts'
import { configSchema, unknownSetting } from './schema.ts'

const defaults = ['cloud', 'graphUrl', 'authorityUrl', 'caFile', 'quotas']
/** Settings by where they stand; the last names are more than one credential has. */
const levels = {
  'the top': ['tenants', 'defaults'],
  defaults,
  "a tenant's entry": ['tenantId', 'clientId', 'credential', ...defaults],
  credential: ['kind', 'secret', 'certificate', 'password', 'clientId', 'env'],
  quotas: ['size', 'share'],
} as const satisfies Readonly<Record<string, readonly string[]>>
type Level = keyof typeof levels

const levelOf = (path: readonly PropertyKey[]): Level => {
  const [first, , inner] = path
  if (path.length === 1) return 'the top'
  if (first === 'defaults') return path.length === 2 ? 'defaults' : 'quotas'
  return path.length === 3 ? "a tenant's entry" : inner === 'quotas' ? 'quotas' : 'credential'
}

/** What a person may have meant who wrote a setting where there is none of that name. */
const hint = (path: readonly PropertyKey[]): string => {
  const name = String(path.at(-1))
  const here = levelOf(path)
  const near = didYouMean(name, levels[here])
  const there = (Object.keys(levels) as Level[]).find(
    level => level !== here && (levels[level] as readonly string[]).includes(name),
  )
  return near || there === undefined ? near : ` It belongs into ${there}.`
}

/** `tenants.contoso.credential.secret`, with quotes where a name is no identifier. */
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

/** Mistakes that are told in full; of more, only where they are. */
const mostTold = 5

/**
 * What a configuration file exports, checked. Every wrong place is named in one message, five of them with what is wrong;
 * no value of the file is repeated in it, since it may be a secret.
 *
 * @param file what the message begins with
 * @param fix what to do about it
 * @throws EntrapipeError `CONFIG_INVALID` (facts: file, paths)
 */
export const validateConfig = (
  value: unknown,
  file: string,
  fix = 'Change it there; `entrapipe tenants add --help` shows what an entry looks like.',
): Config => {
  const checked = safeParse(configSchema, value)
  if (checked.success) return checked.output
  const { issues } = checked
  const more = issues.slice(mostTold).map(pathOf)
  const told = [
    ...issues.slice(0, mostTold).map(sentence),
    ...(more.length > 0 ? [`Also wrong: ${more.join(', ')}.`] : []),
  ]
  throw new EntrapipeError('CONFIG_INVALID', `${file}: ${told.join(' ')}`, {
    facts: { file, paths: issues.map(pathOf) },
    fix,
  })
}
