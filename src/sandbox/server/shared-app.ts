import type { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { graphAppId, permissionIds } from '../../data/permission-ids.ts'
import { graphRoleId, guidOf, registeredApps } from '../directory/registered-apps.ts'
import { applicationOf } from '../directory/registered-entities.ts'
import type { Directory, Entity } from '../directory/types.ts'
import type { App } from './apps.ts'
import { keptText } from './private-files.ts'
import { createSecrets, newSecret } from './secrets.ts'

/** A permission that an app asks for: the id of an app role, or of a delegated permission. */
interface Asked {
  readonly id: string
  readonly type: 'Role' | 'Scope'
}

/** An app registration of one tenant, which other tenants can consent to. */
export interface SharedApp extends Pick<App, 'secrets' | 'setSecret'> {
  readonly appId: string
  /** Tenant of the registration. */
  readonly home: string
  readonly certificates: readonly X509Certificate[]
  /** Path of the file with its secret and nothing else. */
  readonly secretFile: string
  /** The registration as it is now in the directory of its home; undefined if it was deleted. */
  registration(): Registration | undefined
}

/** What a registration says about the app. */
export interface Registration {
  readonly displayName: string
  readonly signInAudience: string
  readonly redirectUris: readonly string[]
  /** Of Microsoft Graph. */
  readonly asks: readonly Asked[]
}

/** Name of the app for control. */
export const sharedName = 'shared'

/** The delegated permissions that it asks for besides those of its app roles. */
const partnerScope = 'DelegatedAdminRelationship.Read.All'

const scopeIds = (roles: readonly string[]): readonly string[] =>
  [...roles, partnerScope].flatMap(name => permissionIds[name]?.delegated ?? [])

const registrationOf = (application: Entity): Registration => {
  const { redirectUris = [] } = (application['web'] ?? {}) as Partial<Registration>
  const resources = (application['requiredResourceAccess'] ?? []) as readonly {
    readonly resourceAppId: string
    readonly resourceAccess: readonly Asked[]
  }[]
  return {
    displayName: String(application['displayName']),
    signInAudience: String(application['signInAudience']),
    redirectUris,
    asks: resources.flatMap(({ resourceAppId, resourceAccess }) =>
      resourceAppId === graphAppId ? resourceAccess : [],
    ),
  }
}

/**
 * Registers an app for many tenants in a directory, with the permissions of the main app and the same ones for signed-in
 * persons, unless it was registered before. In its home, `consent` is given then. Its secret is random and kept in the state folder with mode 0600.
 */
export const registerSharedApp = async (
  directory: Directory,
  stateDir: string,
  consent: (app: SharedApp) => void,
): Promise<SharedApp> => {
  const { tenantId } = directory
  const { roles } = registeredApps(tenantId)[0]!
  const appId = guidOf(`${tenantId}/app/${sharedName}`)
  const applicationId = guidOf(`${tenantId}/application/${sharedName}`)
  const secretFile = join(stateDir, 'shared-client-secret')
  const secrets = createSecrets(await keptText(secretFile, newSecret))
  const isNew = !directory.truth(applicationId)
  if (isNew) {
    const asks: readonly Asked[] = [
      ...roles.map(name => ({ id: graphRoleId(name), type: 'Role' as const })),
      ...scopeIds(roles).map(id => ({ id, type: 'Scope' as const })),
    ]
    const named = { name: sharedName, displayName: 'entrapipe for tenants', appId, applicationId, objectId: '' }
    const entity = applicationOf({ ...named, roles, asksFor: roles }, {})
    const values = {
      ...entity,
      requiredResourceAccess: [{ resourceAppId: graphAppId, resourceAccess: asks }],
      signInAudience: 'AzureADMultipleOrgs',
      publisherDomain: directory.domain,
      web: { ...(entity['web'] as object), redirectUris: ['http://localhost'] },
    }
    directory.commit([{ do: 'create', kind: 'application', values }], { request: 'registration' })
  }
  const app: SharedApp = {
    appId,
    home: tenantId,
    certificates: [],
    secretFile,
    get secrets() {
      return secrets.list
    },
    setSecret: secrets.set,
    registration() {
      const found = directory.collection('application').find('appId', appId, 'truth')
      return found && registrationOf(found)
    },
  }
  if (isNew) consent(app)
  return app
}
