import { z } from 'zod'
import { clouds, type CloudName } from '../data/clouds.ts'
import type { Config } from './config.ts'
import { authorityUrlFault, graphUrlFault } from './service-url.ts'
import { isGuid, isTenantId, isTenantName } from './tenant-names.ts'

const text = (what: string) => z.string({ error: `must be ${what}` }).min(1, `must be ${what}, not an empty string`)
const guid = (what: string) =>
  text(what).refine(isGuid, `must be ${what}: a GUID such as 11111111-2222-3333-4444-555555555555`)

const url = (fault: (text: string) => string | undefined) =>
  text('a URL').superRefine((value, context) => {
    const message = fault(value)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })

const references = "{ env: 'NAME' }, { keyring: 'account' } or { file: 'path' }"

/** One key, one string. A plain string is a secret written down, and is said to be one without being repeated. */
const secretRef = z.unknown().transform((value, context) => {
  const fault = (message: string) => {
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  }
  if (typeof value === 'string')
    return fault(`is written out; a secret never stands in a configuration. Say where it is instead: ${references}`)
  if (typeof value !== 'object' || value === null) return fault(`must say where the secret is: ${references}`)
  const [entry, ...more] = Object.entries(value)
  if (!entry || more.length > 0 || !['env', 'keyring', 'file'].includes(entry[0]))
    return fault(`must have exactly one of env, keyring and file: ${references}`)
  if (typeof entry[1] !== 'string' || entry[1] === '') return fault(`must name it in a string: ${references}`)
  if (entry[0] === 'env' && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(entry[1]))
    return fault("must give the variable's name under env, not what it holds")
  return { [entry[0]]: entry[1] } as { env: string } | { keyring: string } | { file: string }
})

const kinds = 'secret, certificate, workload-identity, managed-identity, browser, device-code, azure-cli or token'
const credential = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('secret'), secret: secretRef }),
    z.strictObject({ kind: z.literal('certificate'), certificate: secretRef, password: secretRef.optional() }),
    z.strictObject({ kind: z.literal('workload-identity') }),
    z.strictObject({ kind: z.literal('managed-identity'), clientId: guid("the identity's client id").optional() }),
    z.strictObject({ kind: z.literal('browser') }),
    z.strictObject({ kind: z.literal('device-code') }),
    z.strictObject({ kind: z.literal('azure-cli') }),
    z.strictObject({
      kind: z.literal('token'),
      env: text('the name of the variable that holds the token').regex(
        /^[A-Za-z_][A-Za-z0-9_]*$/,
        'must be the name of an environment variable, not the token itself',
      ),
    }),
  ],
  {
    error: issue =>
      issue.code === 'invalid_union' ? `must be one of ${kinds}` : `must be { kind: … } with kind one of ${kinds}`,
  },
)

const quotas = z.strictObject({
  size: z.enum(['S', 'M', 'L'], { error: "must be 'S', 'M' or 'L'" }).optional(),
  share: z
    .number({ error: 'must be a number above 0, at most 1' })
    .gt(0, 'must be above 0')
    .max(1, 'must be at most 1, which is all of the quota')
    .optional(),
})

const defaults = {
  cloud: z
    .enum(Object.keys(clouds) as CloudName[], { error: `must be one of ${Object.keys(clouds).join(', ')}` })
    .optional(),
  graphUrl: url(graphUrlFault).optional(),
  authorityUrl: url(authorityUrlFault).optional(),
  caFile: text('the path of a PEM file').optional(),
  quotas: quotas.optional(),
}

/** Kinds that sign in as, or through, an app registration. */
export const kindsWithClient: readonly string[] = ['secret', 'certificate', 'browser', 'device-code']

const tenant = z
  .strictObject({
    ...defaults,
    tenantId: text("the directory's id").refine(isTenantId, {
      error: "must be the directory's id (a GUID) or one of its domains, such as contoso.onmicrosoft.com",
    }),
    clientId: guid("the app registration's application (client) id").optional(),
    credential,
  })
  .superRefine((value, context) => {
    if (kindsWithClient.includes(value.credential.kind) && value.clientId === undefined)
      context.addIssue({
        code: 'custom',
        path: ['clientId'],
        message: `is missing; a credential of kind ${value.credential.kind} needs the app registration's application (client) id`,
      })
  })

/** What a configuration file has to be. Messages are the end of a sentence that begins with the place. */
export const configSchema: z.ZodType<Config> = z.strictObject(
  {
    tenants: z.record(
      z.string().superRefine((name, context) => {
        if (name.toLowerCase() === 'sandbox')
          context.addIssue({
            code: 'custom',
            message: 'cannot be called sandbox, which is the embedded tenant; give it another name',
          })
        else if (!isTenantName(name))
          context.addIssue({
            code: 'custom',
            message: 'has a name that is no single word; use letters, digits, dot, dash and underscore',
          })
      }),
      tenant,
      { error: 'must be an object of tenants by name: tenants: { contoso: { tenantId, … } }' },
    ),
    defaults: z.strictObject(defaults).optional(),
  },
  {
    error: issue =>
      issue.code === 'invalid_type' ? 'must be an object: export default defineConfig({ tenants: { … } })' : undefined,
  },
) as unknown as z.ZodType<Config>
