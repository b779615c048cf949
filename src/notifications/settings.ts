import { dirname } from 'node:path'
import type { Environment } from '../core/environment.ts'
import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'
import { trustedAuthorities } from '../graph/authorities.ts'
import { absoluteIn } from '../tenants/choose-tenant.ts'
import type { MailServer, NotificationTarget, SecretRef } from '../tenants/config.ts'
import type { LoadedConfig } from '../tenants/load-config.ts'
import { readSecret } from '../tenants/read-secret.ts'

/** A webhook with its secret. */
export interface OpenWebhook {
  readonly url: string
  readonly key: Buffer
  readonly privateAddresses: boolean
  readonly authorities?: readonly string[]
}

/** A mail server with its password. */
export interface OpenMailServer extends Omit<MailServer, 'password'> {
  readonly password?: string
  readonly authorities?: readonly string[]
}

/** Who is notified, by whose rules. */
export type OpenTarget = Pick<NotificationTarget, 'events' | 'tenants' | 'pipelines'> & { readonly name: string } & (
    { readonly webhook: OpenWebhook } | { readonly mail: readonly string[]; readonly server: OpenMailServer }
  )

/** How the server tells others. */
export interface NotificationSettings {
  /** URL of the page, without a slash at its end. */
  readonly link?: string
  readonly targets: readonly OpenTarget[]
}

/** The fewest bytes of a secret, and its form: those of Standard Webhooks. */
const [secretBytes, secretStart] = [24, 'whsec_']

/** @throws EntrapipeError `CONFIG_INVALID`. The secret is not repeated. */
const keyOf = (secret: string, name: string, file: string): Buffer => {
  const text = secret.slice(secretStart.length)
  const key = Buffer.from(text, 'base64')
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(text)
  if (secret.startsWith(secretStart) && isBase64 && key.length >= secretBytes) return key
  throw new EntrapipeError(
    'CONFIG_INVALID',
    `${file}: the secret of the webhook ${name} is not ${secretStart} followed by at least ${secretBytes} bytes as base64.`,
    { facts: { file }, fix: `Make one: echo "${secretStart}$(openssl rand -base64 32)"` },
  )
}

/**
 * Reads who is notified of jobs, with all secrets.
 *
 * @throws EntrapipeError `CONFIG_INVALID`, `SECRET_MISSING`, `SECRET_EXPOSED`, `FILE_UNREADABLE`
 */
export const readNotificationSettings = async (
  loaded: LoadedConfig | undefined,
  environment: Environment,
): Promise<NotificationSettings | undefined> => {
  const found = loaded?.config.notifications
  if (!loaded || !found) return undefined
  const { file } = loaded
  const path = (name: string): string => absoluteIn(dirname(file), name, environment.home)
  const secretOf = (ref: SecretRef): Promise<string> =>
    readSecret('file' in ref ? { file: path(ref.file) } : ref, environment)
  const authorities = await trustedAuthorities(environment, found.caFile === undefined ? undefined : path(found.caFile))
  const { smtp, link } = found
  const server = smtp && {
    ...smtp,
    ...given({ password: smtp.password && (await secretOf(smtp.password)), authorities }),
  }
  const targets: OpenTarget[] = []
  for (const [name, { webhook, mail, ...rules }] of Object.entries(found.targets)) {
    if (webhook) {
      const { url, secret, privateAddresses = false } = webhook
      const key = keyOf(await secretOf(secret), name, file)
      targets.push({ ...rules, name, webhook: { url, key, privateAddresses, ...given({ authorities }) } })
    }
    // A configuration with mail has a server: see its schema.
    if (mail) targets.push({ ...rules, name, mail, server: server as OpenMailServer })
  }
  return { targets, ...given({ link: link?.replace(/\/+$/, '') }) }
}
