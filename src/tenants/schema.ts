import { isAbsolute } from 'node:path'
import * as v from 'valibot'
import { clouds, type CloudName } from '../data/clouds.ts'
import type { Config } from './config.ts'
import { notifications } from './notifications-schema.ts'
import { isVariable, names, object, secretRef, settings, text, url } from './schema-parts.ts'
import { authorityUrlFault, graphUrlFault } from './service-url.ts'
import { isGuid } from '../core/guid.ts'
import { isPlaceName } from '../core/named-places.ts'
import { isTenantId, isTenantName } from './tenant-names.ts'

const guid = (what: string) => text(`${what}: a GUID such as 11111111-2222-3333-4444-555555555555`, isGuid)
const kinds =
  'secret, certificate, refresh-token, workload-identity, managed-identity, browser, device-code, azure-cli or token'
const credential = v.pipe(
  object(`must be { kind: … } with kind one of ${kinds}`),
  v.variant(
    'kind',
    [
      settings({ kind: v.literal('secret'), secret: secretRef }),
      settings({ kind: v.literal('certificate'), certificate: secretRef, password: v.optional(secretRef) }),
      settings({
        kind: v.literal('refresh-token'),
        partnerTenantId: text("the id of the partner's directory (a GUID) or one of its domains", isTenantId),
        refreshToken: secretRef,
        secret: secretRef,
      }),
      settings({ kind: v.literal('workload-identity') }),
      settings({ kind: v.literal('managed-identity'), clientId: v.optional(guid("the identity's client id")) }),
      settings({ kind: v.literal('browser') }),
      settings({ kind: v.literal('device-code') }),
      settings({ kind: v.literal('azure-cli') }),
      settings({
        kind: v.literal('token'),
        env: text('the name of an environment variable, not the token itself', isVariable),
      }),
    ],
    `must be one of ${kinds}`,
  ),
)

const quotas = v.pipe(
  object('must be an object: { size, share }'),
  settings({
    size: v.optional(v.picklist(['S', 'M', 'L'], "must be 'S', 'M' or 'L'")),
    share: v.optional(
      v.pipe(
        v.number('must be a number above 0 and at most 1'),
        v.gtValue(0, 'must be above 0'),
        v.maxValue(1, 'must be at most 1, which is the whole quota'),
      ),
    ),
  }),
)

const lagBound = v.pipe(
  v.number('must be a number of seconds'),
  v.minValue(0, 'must be at least 0'),
  v.maxValue(3600, 'must be at most 3600, which is an hour'),
)

const protect = v.pipe(
  object('must be an object: { users, groups, roles }'),
  settings({ users: names('users'), groups: names('groups'), roles: names('roles') }),
)

const cloudNames = Object.keys(clouds) as CloudName[]
const defaults = {
  cloud: v.optional(v.picklist(cloudNames, `must be one of ${cloudNames.join(', ')}`)),
  graphUrl: v.optional(url(graphUrlFault)),
  authorityUrl: v.optional(url(authorityUrlFault)),
  caFile: v.optional(text('the path of a PEM file')),
  quotas: v.optional(quotas),
  lagBound: v.optional(lagBound),
  protect: v.optional(protect),
  approval: v.optional(v.literal('second-person', "must be 'second-person', or left out")),
}

/** Kinds that require an app registration. */
export const kindsWithClient: readonly string[] = ['secret', 'certificate', 'refresh-token', 'browser', 'device-code']

/** In an entry, or in the defaults for the entries without it. */
const signIn = {
  clientId: v.optional(guid("the app registration's application (client) id")),
  credential: v.optional(credential),
}

const tenant = v.pipe(
  object('must be an object: { tenantId, clientId, credential }'),
  settings({
    ...defaults,
    tenantId: text("the directory's id (a GUID) or one of its domains, such as contoso.onmicrosoft.com", isTenantId),
    ...signIn,
    tags: names('tags'),
  }),
)

const fingerprint = text(
  'the fingerprint of a host key: SHA256: and 43 characters, as `ssh-keygen -l` prints it',
  value => /^SHA256:[A-Za-z0-9+/]{43}=?$/.test(value),
)

const sftpServer = v.pipe(
  object('must be an object: { hostKey, privateKey }'),
  settings({
    hostKey: v.union(
      [fingerprint, v.pipe(v.array(fingerprint), v.minLength(1))],
      'must be the fingerprint of a host key, or a list of them: SHA256: and 43 characters, as `ssh-keygen -l` prints it',
    ),
    privateKey: v.optional(secretRef),
    passphrase: v.optional(secretRef),
    password: v.optional(secretRef),
    marker: v.optional(text('the end of a file name, such as .done', value => !/[/\\*]/.test(value))),
    stableSeconds: v.optional(
      v.pipe(
        v.number('must be a number of seconds'),
        v.minValue(0, 'must be at least 0'),
        v.maxValue(3600, 'must be at most 3600, which is an hour'),
      ),
    ),
  }),
)

const places = v.pipe(
  object("must be an object of folders by name: places: { lake: 's3://BUCKET/FOLDER/' }"),
  v.record(
    v.pipe(
      v.string(),
      v.check(isPlaceName, 'has an invalid name. Use two to thirty small letters, digits and dashes, such as lake'),
    ),
    text(
      'an absolute folder, or the address of a folder in Azure Blob Storage or S3, without a query',
      value => !value.includes('?') && (isAbsolute(value) || /^(?:https?|abfss|s3(?:\+https?)?):\/\//.test(value)),
    ),
  ),
)

const tenantName = v.pipe(
  v.string(),
  v.check(
    name => name.toLowerCase() !== 'sandbox' && isTenantName(name),
    ({ input }) =>
      input.toLowerCase() === 'sandbox'
        ? 'cannot be named sandbox, which is the embedded tenant. Choose another name'
        : 'has an invalid name. Use letters, digits, dot, dash and underscore',
  ),
)

/** Two names that differ only in case. File names and keyrings may ignore the case. */
const caseTwins = (tenants: object): readonly [string, string] | undefined => {
  const seen = new Map<string, string>()
  for (const name of Object.keys(tenants)) {
    const other = seen.get(name.toLowerCase())
    if (other !== undefined) return [other, name]
    seen.set(name.toLowerCase(), name)
  }
  return undefined
}

/** What an entry lacks to sign in, with what the defaults have. */
const signInFault = ({
  clientId,
  credential: how,
}: {
  readonly clientId?: unknown
  readonly credential?: { readonly kind: string } | undefined
}): readonly [setting: string, message: string] | undefined => {
  if (how === undefined) return ['credential', `must be { kind: … } with kind one of ${kinds}; or set it in defaults`]
  if (clientId !== undefined || !kindsWithClient.includes(how.kind)) return undefined
  return [
    'clientId',
    `is missing; a credential of kind ${how.kind} needs the app registration's application (client) id`,
  ]
}

/** Schema of a configuration file. Messages complete a sentence that begins with the path of the value. */
export const configSchema = v.pipe(
  object('must be an object: export default defineConfig({ tenants: { … } })'),
  settings({
    tenants: v.pipe(
      object('must be an object of tenants by name: tenants: { contoso: { tenantId, … } }'),
      v.record(tenantName, tenant),
      v.check(
        tenants => caseTwins(tenants) === undefined,
        ({ input }) => `has ${caseTwins(input)?.join(' and ')}. Names of tenants must differ in more than case`,
      ),
    ),
    defaults: v.optional(v.pipe(object('must be an object of settings'), settings({ ...defaults, ...signIn }))),
    sftp: v.optional(
      v.pipe(
        object("must be an object of servers by host: sftp: { 'files.contoso.com': { hostKey, … } }"),
        v.record(v.string(), sftpServer),
      ),
    ),
    notifications: v.optional(notifications),
    places: v.optional(places),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    const { tenants, defaults } = dataset.value
    for (const [name, entry] of Object.entries(tenants)) {
      const fault = signInFault({ ...defaults, ...entry })
      if (fault !== undefined)
        addIssue({
          message: fault[1],
          path: [
            { type: 'unknown', origin: 'value', input: dataset.value, key: 'tenants', value: tenants },
            { type: 'unknown', origin: 'value', input: tenants, key: name, value: entry },
            { type: 'unknown', origin: 'key', input: entry, key: fault[0], value: undefined },
          ],
        })
    }
  }),
) as unknown as v.GenericSchema<unknown, Config>
