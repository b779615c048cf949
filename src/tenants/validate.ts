import { safeParse, type BaseIssue } from 'valibot'
import { EntrapipeError } from '../core/errors.ts'
import type { Config } from './config.ts'
import { didYouMean } from './did-you-mean.ts'
import { configSchema, unknownSetting } from './schema.ts'

const known = [
  ...[
    'tenants',
    'defaults',
    'tenantId',
    'clientId',
    'credential',
    'cloud',
    'graphUrl',
    'authorityUrl',
    'caFile',
    'quotas',
  ],
  ...['kind', 'secret', 'certificate', 'password', 'env', 'size', 'share'],
]

/** `tenants.contoso.credential.secret`, with quotes where a name is no identifier. */
const place = (path: readonly PropertyKey[]): string =>
  path
    .map((part, at) =>
      /^[A-Za-z_$][\w$]*$/.test(String(part)) ? `${at ? '.' : ''}${String(part)}` : `[${JSON.stringify(String(part))}]`,
    )
    .join('')

type Issue = BaseIssue<unknown>
const placeOf = (issue: Issue): string => place((issue.path ?? []).map(({ key }) => key as PropertyKey))

const sentence = (issue: Issue): string => {
  const { message } = issue
  const near = message === unknownSetting ? didYouMean(String(issue.path!.at(-1)!.key), known) : ''
  return `${placeOf(issue) || 'The default export'} ${message}${/[.?]$/.test(message) ? '' : '.'}${near}`
}

/**
 * What a configuration file exports, checked. Every mistake is named in one message, at most five; no value of the file
 * is repeated in it, since it may be a secret.
 *
 * @throws EntrapipeError `CONFIG_INVALID` (facts: file, paths)
 */
export const validateConfig = (value: unknown, file: string): Config => {
  const checked = safeParse(configSchema, value)
  if (checked.success) return checked.output
  const { issues } = checked
  const more = issues.length > 5 ? ` And ${issues.length - 5} more.` : ''
  throw new EntrapipeError('CONFIG_INVALID', `${file}: ${issues.slice(0, 5).map(sentence).join(' ')}${more}`, {
    facts: { file, paths: issues.slice(0, 5).map(placeOf) },
    fix: `Change it in ${file}; \`entrapipe tenants add --help\` shows what an entry looks like.`,
  })
}
