import { createHash, randomBytes, X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { clientCertificate } from './certificates.ts'
import { keptText, readIfThere, writePrivate } from './private-files.ts'

/** An app registration of the sandbox's tenant and its service principal. */
export interface App {
  /** What tests and people call it. */
  readonly name: string
  readonly displayName: string
  readonly appId: string
  /** Of its service principal. */
  readonly objectId: string
  readonly roles: readonly string[]
  readonly secrets: readonly { readonly value: string; readonly expired: boolean }[]
  readonly certificates: readonly X509Certificate[]
  /** Why no token is given, however right the secret. */
  readonly refuse?: 'conditionalAccess' | 'consent'
}

/** The app registrations of the tenant; ids and secrets are kept. */
export interface Apps {
  readonly list: readonly App[]
  readonly main: App
  find(appId: string): App | undefined
  /** The main app's secret, alone in a file. */
  readonly secretFile: string
  /** The main app's certificate and key. */
  readonly certificateFile: string
}

/** Least and wider permissions of everything the sandbox serves. @see https://learn.microsoft.com/graph/permissions-reference */
const allRoles: readonly string[] = [
  'AdministrativeUnit.Read.All',
  'Application.Read.All',
  'AuditLog.Read.All',
  'Device.Read.All',
  'Device.ReadWrite.All',
  'Directory.Read.All',
  'Domain.Read.All',
  'Group.Read.All',
  'Group.ReadWrite.All',
  'GroupMember.Read.All',
  'GroupMember.ReadWrite.All',
  'LicenseAssignment.Read.All',
  'LicenseAssignment.ReadWrite.All',
  'Member.Read.Hidden',
  'Organization.Read.All',
  'OrgContact.Read.All',
  'RoleManagement.Read.Directory',
  'RoleManagement.ReadWrite.Directory',
  'User.Invite.All',
  'User.Read.All',
  'User.ReadWrite.All',
]

type Kind = { name: string; displayName: string; roles: (all: readonly string[]) => readonly string[] } & Pick<
  App,
  'refuse'
>

const kinds: readonly Kind[] = [
  { name: 'main', displayName: 'entrapipe', roles: all => all },
  { name: 'reader', displayName: 'entrapipe reader', roles: () => ['User.Read.All', 'GroupMember.Read.All'] },
  { name: 'basic', displayName: 'entrapipe basic reader', roles: () => ['User.ReadBasic.All'] },
  { name: 'unconsented', displayName: 'entrapipe without consent', roles: () => [] },
  { name: 'consent', displayName: 'entrapipe waiting for consent', roles: () => [], refuse: 'consent' },
  { name: 'blocked', displayName: 'entrapipe blocked', roles: all => all, refuse: 'conditionalAccess' },
]

/** A GUID that follows from a text. */
export const guidOf = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex')
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** In the shape of Entra's: 40 characters, three parts of which the second begins with `Q~`. */
const newSecret = (): string =>
  `${randomBytes(3).toString('hex').slice(0, 3)}8Q~${randomBytes(48).toString('base64url').slice(0, 34)}`

type Secrets = { readonly [name: string]: { readonly valid: string; readonly expired: string } }

const keptSecrets = async (stateDir: string): Promise<Secrets> => {
  const fresh = () =>
    JSON.stringify(
      Object.fromEntries(kinds.map(({ name }) => [name, { valid: newSecret(), expired: newSecret() }])),
      null,
      2,
    )
  return JSON.parse(await keptText(join(stateDir, 'app-secrets.json'), fresh))
}

/** The app registrations. Ids follow from the tenant; secrets and the certificate are random and kept in the state folder, 0600. */
export const createApps = async (options: {
  readonly stateDir: string
  readonly tenantId: string
  /** Of the main app. @default all */
  readonly roles?: readonly string[]
  readonly nowMs: number
}): Promise<Apps> => {
  const { stateDir, tenantId } = options
  const secretFile = join(stateDir, 'client-secret')
  const certificateFile = join(stateDir, 'client-certificate.pem')
  const [secrets, pem] = await Promise.all([
    keptSecrets(stateDir),
    keptText(certificateFile, () => clientCertificate('entrapipe sandbox client', options.nowMs)),
  ])
  const list = kinds.map((kind): App => {
    const { valid, expired } = secrets[kind.name] ?? { valid: newSecret(), expired: newSecret() }
    return {
      name: kind.name,
      displayName: kind.displayName,
      appId: guidOf(`${tenantId}/app/${kind.name}`),
      objectId: guidOf(`${tenantId}/servicePrincipal/${kind.name}`),
      roles: kind.roles(options.roles ?? allRoles),
      secrets: [
        { value: valid, expired: false },
        { value: expired, expired: true },
      ],
      certificates: [new X509Certificate(pem.slice(pem.indexOf('-----BEGIN CERTIFICATE-----')))],
      ...(kind.refuse ? { refuse: kind.refuse } : {}),
    }
  })
  const main = list[0] as App
  const secret = main.secrets[0]?.value ?? ''
  if ((await readIfThere(secretFile)) !== secret) await writePrivate(secretFile, secret)
  const byId = new Map(list.map(app => [app.appId, app]))
  return { list, main, find: appId => byId.get(appId.toLowerCase()), secretFile, certificateFile }
}
