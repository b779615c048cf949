import { readFileSync } from 'node:fs'
import type { Test } from 'tap'
import { createSandbox, type SandboxOptions } from '../../src/sandbox/create-sandbox.ts'

/** An app that can sign in. */
interface Registered {
  readonly clientId: string
  readonly secretFile: string
}

/** A tenant, and its own app. */
export interface Tenant extends Registered {
  readonly tenantId: string
  readonly domain: string
}

/** A reply of the token endpoint. */
interface TokenReply {
  readonly access_token: string
  readonly refresh_token?: string
  readonly error?: string
  readonly error_description?: string
  readonly error_codes?: readonly number[]
}

/** A sandbox with three small tenants, and its requests. */
export const openTenants = async (t: Test, options: Partial<SandboxOptions> = {}) => {
  const sandbox = await createSandbox({
    tls: false,
    users: 30,
    tenants: 3,
    ...options,
    stateDir: options.stateDir ?? t.testdir(),
  })
  t.teardown(() => sandbox.close())
  const { baseUrl, authorityUrl } = sandbox
  const tenants: readonly Tenant[] = [sandbox, ...(sandbox.others ?? [])]
  /** Asks for a token. Without more in the form, the app signs in. */
  const signIn = async (app: Registered, tenant: string, form: Readonly<Record<string, string>> = {}) => {
    const reply = await fetch(`${authorityUrl}/${tenant}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: app.clientId,
        client_secret: readFileSync(app.secretFile, 'utf8'),
        scope: 'https://graph.microsoft.com/.default',
        ...form,
      }),
    })
    return (await reply.json()) as TokenReply
  }
  const call = async (token: string, method: string, path: string, body?: object) => {
    const reply = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await reply.text()
    return { status: reply.status, body: (text === '' ? {} : JSON.parse(text)) as { readonly value?: unknown } }
  }
  const control = async (tenant: Tenant, method: string, path: string, body?: object) => {
    const reply = await fetch(`${sandbox.controlUrl}/tenants/${tenant.tenantId}${path}`, {
      method,
      headers: { 'x-sandbox-key': sandbox.controlKey },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    return { status: reply.status, text: await reply.text() }
  }
  const shared = sandbox.shared!
  /** Follows the link of an administrator's consent. */
  const consent = async (
    tenant: Tenant,
    { version = '', ...query }: Readonly<Record<string, string>> & { readonly version?: string } = {},
  ) => {
    const search = new URLSearchParams({ client_id: shared.clientId, ...query })
    const reply = await fetch(`${authorityUrl}/${tenant.tenantId}/${version}adminconsent?${search}`, {
      redirect: 'manual',
    })
    const refused: Partial<TokenReply> = reply.status === 302 ? {} : ((await reply.json()) as TokenReply)
    return { ...refused, status: reply.status, location: reply.headers.get('location') ?? '' }
  }
  return { sandbox, tenants, shared, signIn, call, control, consent }
}

/** The claims of an access token. */
export const claimsOf = (token: string): Readonly<Record<string, unknown>> =>
  JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString('utf8'))
