import type { core } from 'zod'
import { EntrapipeError } from '../core/errors.ts'
import type { Config } from './config.ts'
import { didYouMean } from './did-you-mean.ts'
import { configSchema } from './schema.ts'

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

const sentence = (issue: core.$ZodIssue): string => {
  const where = place(issue.path) || 'The default export'
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(key => `${place([...issue.path, key])} is not a setting.${didYouMean(key, known)}`).join(' ')
  if (issue.code === 'invalid_key') return `${where} ${issue.issues.map(inner => inner.message).join('; ')}.`
  return `${where} ${issue.message}${/[.?]$/.test(issue.message) ? '' : '.'}`
}

/**
 * What a configuration file exports, checked. Every mistake is named in one message, at most five; no value of the file
 * is repeated in it, since it may be a secret.
 *
 * @throws EntrapipeError `CONFIG_INVALID` (facts: file, paths)
 */
export const validateConfig = (value: unknown, file: string): Config => {
  const checked = configSchema.safeParse(value)
  if (checked.success) return checked.data
  const { issues } = checked.error
  const more = issues.length > 5 ? ` And ${issues.length - 5} more.` : ''
  throw new EntrapipeError('CONFIG_INVALID', `${file}: ${issues.slice(0, 5).map(sentence).join(' ')}${more}`, {
    facts: { file, paths: issues.slice(0, 5).map(({ path }) => place(path)) },
    fix: `Change it in ${file}; \`entrapipe tenants add --help\` shows what an entry looks like.`,
  })
}
