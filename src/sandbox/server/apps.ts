import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { registeredApps, type RegisteredApp } from '../directory/registered-apps.ts'
import { clientCertificate } from './certificates.ts'
import { keptText, readIfThere, writePrivate } from './private-files.ts'
import { createSecrets, newSecret, type Secrets } from './secrets.ts'

/** An app registration and its service principal, with its credentials. */
export interface App extends RegisteredApp {
  readonly secrets: Secrets['list']
  /** Changes what became of its valid secret. */
  readonly setSecret: Secrets['set']
  readonly certificates: readonly X509Certificate[]
}

/** The app registrations of the tenant. */
export interface Apps {
  readonly list: readonly App[]
  readonly main: App
  find(appId: string): App | undefined
  /** Path of the file with the main app's secret and nothing else. */
  readonly secretFile: string
  /** Path of the file with the main app's certificate and key. */
  readonly certificateFile: string
}

type Kept = { readonly [name: string]: { readonly valid: string; readonly expired: string } }

const keptSecrets = async (stateDir: string, apps: readonly RegisteredApp[]): Promise<Kept> => {
  const fresh = () =>
    JSON.stringify(
      Object.fromEntries(apps.map(({ name }) => [name, { valid: newSecret(), expired: newSecret() }])),
      null,
      2,
    )
  return JSON.parse(await keptText(join(stateDir, 'app-secrets.json'), fresh))
}

/** Makes the secrets of a tenant's apps, and the file with that of the main app, unless they exist. */
export const makeSecrets = async (
  stateDir: string,
  tenantId: string,
): Promise<{ readonly secretFile: string; readonly secrets: Kept }> => {
  const apps = registeredApps(tenantId)
  const secrets = await keptSecrets(stateDir, apps)
  const secretFile = join(stateDir, 'client-secret')
  const secret = secrets[apps[0]!.name]?.valid ?? ''
  if ((await readIfThere(secretFile)) !== secret) await writePrivate(secretFile, secret)
  return { secretFile, secrets }
}

/** Creates the app registrations. Ids are derived from the tenant. Secrets and the certificate are random and kept in the state folder with mode 0600. */
export const createApps = async (options: {
  readonly stateDir: string
  /** Folder of the certificate. */
  readonly keyFolder: string
  readonly tenantId: string
  /** Roles of the main app. @default all */
  readonly roles?: readonly string[]
  readonly nowMs: number
}): Promise<Apps> => {
  const { stateDir, keyFolder, tenantId } = options
  const certificateFile = join(keyFolder, 'client-certificate.pem')
  const registered = registeredApps(tenantId, options.roles)
  const [{ secrets, secretFile }, pem] = await Promise.all([
    makeSecrets(stateDir, tenantId),
    keptText(certificateFile, () => clientCertificate('entrapipe sandbox client', options.nowMs)),
  ])
  const list = registered.map((app): App => {
    const { valid = newSecret(), expired } = secrets[app.name] ?? {}
    const kept = createSecrets(valid, expired)
    return {
      ...app,
      get secrets() {
        return kept.list
      },
      setSecret: kept.set,
      certificates: [new X509Certificate(pem.slice(pem.indexOf('-----BEGIN CERTIFICATE-----')))],
    }
  })
  const main = list[0] as App
  const byId = new Map(list.map(app => [app.appId, app]))
  return { list, main, find: appId => byId.get(appId.toLowerCase()), secretFile, certificateFile }
}
