import { graphAppId } from '../../data/permission-ids.ts'
import { principalOf } from '../directory/registered-entities.ts'
import type { Directory, Entity, Mutation } from '../directory/types.ts'
import type { App } from './apps.ts'
import { sharedName, type Registration, type SharedApp } from './shared-app.ts'

/** What an administrator consents to: all that the registration asks for, or names of permissions. */
export type Consented = 'all' | { readonly roles: readonly string[]; readonly scopes: readonly string[] }

/** The consent of one tenant to the app of another one. */
export interface Consents {
  /** The app, whether or not the tenant has consented to it. */
  known(appId: string): App | undefined
  /** The app with what this tenant consented to. Undefined without its service principal. */
  find(appId: string): (App & { readonly scopes: readonly string[]; readonly isEnabled: boolean }) | undefined
  /** The registration that the tenant can consent to. */
  registration(appId: string): Registration | undefined
  /** Whether Microsoft Graph has a delegated permission of this name. */
  isScope(name: string): boolean
  /** Makes the service principal, its app role assignments and its delegated permissions, where they are missing. */
  give(consented: Consented): void
  /** Deletes the service principal. */
  withdraw(): void
}

/** A permission of Microsoft Graph: the id and the name of an app role or of a delegated permission. */
interface Permission {
  readonly id: string
  readonly value: string
}

const everybody = 'AllPrincipals'

/**
 * The consents of a tenant. They are objects of its directory, made by its mutations.
 *
 * @see https://learn.microsoft.com/entra/identity/enterprise-apps/user-admin-consent-overview
 */
export const createConsents = (directory: Directory, shared: SharedApp | undefined): Consents => {
  const principals = directory.collection('servicePrincipal')
  const graph = (): Entity | undefined => principals.find('appId', graphAppId, 'truth')
  const principal = (): Entity | undefined => shared && principals.find('appId', shared.appId, 'truth')
  const permissions = (of: 'appRoles' | 'oauth2PermissionScopes'): readonly Permission[] =>
    (graph()?.[of] ?? []) as unknown as readonly Permission[]
  const registration = (appId: string): Registration | undefined => {
    if (appId.toLowerCase() !== shared?.appId) return undefined
    const found = shared.registration()
    return found?.signInAudience === 'AzureADMyOrg' && shared.home !== directory.tenantId ? undefined : found
  }
  const scopesOf = (id: string): readonly string[] => {
    const of = { family: 'scopes', principal: { kind: 'servicePrincipal', id }, of: graph()?.id ?? '' } as const
    const scope = directory.assignment({ ...of, within: everybody }, 'truth')?.values['scope']
    return String(scope ?? '')
      .split(' ')
      .filter(Boolean)
  }
  const named = (of: 'appRoles' | 'oauth2PermissionScopes', ids: readonly string[]): readonly string[] => {
    const byId = new Map(permissions(of).map(({ id, value }) => [id, value]))
    return ids.flatMap(id => byId.get(id) ?? [])
  }

  const about = (appId: string) => {
    const found = registration(appId)
    if (!found || !shared) return undefined
    return {
      name: sharedName,
      displayName: found.displayName,
      appId: shared.appId,
      applicationId: '',
      objectId: '',
      roles: [],
      asksFor: [],
      secrets: shared.secrets,
      setSecret: shared.setSecret,
      certificates: shared.certificates,
    }
  }

  return {
    registration,
    known: about,
    isScope: name => permissions('oauth2PermissionScopes').some(({ value }) => value === name),
    find(appId) {
      const app = about(appId)
      const found = principal()
      if (!app || !found) return undefined
      const roles = directory.assignments({ family: 'appRoles', principal: found.id, of: graph()?.id ?? '' }, 'truth')
      return {
        ...app,
        objectId: found.id,
        roles: named(
          'appRoles',
          roles.map(({ within }) => within),
        ).toSorted(),
        scopes: scopesOf(found.id),
        isEnabled: found['accountEnabled'] !== false,
      }
    },
    give(consented) {
      const registered = shared && registration(shared.appId)
      const resource = graph()
      if (!shared || !registered || !resource) return
      const asked = (type: 'Role' | 'Scope') => registered.asks.flatMap(ask => (ask.type === type ? ask.id : []))
      const wanted =
        consented === 'all'
          ? { roles: asked('Role'), scopes: named('oauth2PermissionScopes', asked('Scope')) }
          : {
              roles: permissions('appRoles').flatMap(({ id, value }) => (consented.roles.includes(value) ? id : [])),
              scopes: consented.scopes,
            }
      const there = principal()
      const id = there?.id ?? directory.freshId()
      const of = { kind: 'servicePrincipal', id, of: resource.id } as const
      const had = new Set(
        there
          ? directory.assignments({ family: 'appRoles', principal: id, of: resource.id }, 'truth').map(a => a.within)
          : [],
      )
      const hadScopes = there ? scopesOf(id) : []
      const scopes = [...new Set([...hadScopes, ...wanted.scopes])]
      const changes: readonly Mutation[] = [
        ...(there
          ? []
          : [{ do: 'create', kind: 'servicePrincipal', values: newPrincipal(shared, registered, id) } as const]),
        ...wanted.roles
          .filter(role => !had.has(role))
          .map(within => ({ do: 'assign', family: 'appRoles', within, ...of }) as const),
        ...(scopes.length === hadScopes.length
          ? []
          : [
              ...(hadScopes.length > 0
                ? [{ do: 'unassign', family: 'scopes', within: everybody, ...of } as const]
                : []),
              {
                do: 'assign',
                family: 'scopes',
                within: everybody,
                values: { scope: scopes.join(' ') },
                ...of,
              } as const,
            ]),
      ]
      if (changes.length > 0) directory.commit(changes, { request: 'consent' })
    },
    withdraw() {
      const there = principal()
      if (there) directory.commit([{ do: 'delete', kind: 'servicePrincipal', id: there.id }], { request: 'withdrawal' })
    },
  }
}

const newPrincipal = (
  { appId, home }: SharedApp,
  { displayName, signInAudience, redirectUris }: Registration,
  id: string,
) => ({
  ...principalOf({ name: sharedName, displayName, appId, applicationId: '', objectId: id, roles: [], asksFor: [] }, {}),
  appOwnerOrganizationId: home,
  replyUrls: redirectUris,
  servicePrincipalType: 'Application',
  signInAudience,
  tags: ['WindowsAzureActiveDirectoryIntegratedApp'],
})
