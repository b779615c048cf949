import type { Fields } from '../../core/json.ts'
import { graphAppId } from '../../data/permission-ids.ts'
import { graphRoleId, type RegisteredApp } from './registered-apps.ts'
import type { Entity } from './types.ts'

/** The application object of an app registration. Properties that it does not set are copied from `like`. */
export const applicationOf = (app: RegisteredApp, like: Fields): Entity => ({
  ...like,
  id: app.applicationId,
  appId: app.appId,
  description: null,
  displayName: app.displayName,
  groupMembershipClaims: null,
  identifierUris: [],
  requiredResourceAccess: [
    {
      resourceAppId: graphAppId,
      resourceAccess: app.asksFor.map(name => ({ id: graphRoleId(name), type: 'Role' })),
    },
  ],
  signInAudience: 'AzureADMyOrg',
  web: {
    homePageUrl: null,
    implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
    logoutUrl: null,
    redirectUris: [],
    redirectUriSettings: [],
  },
})

/** The service principal of an app registration. Properties that it does not set are copied from `like`. */
export const principalOf = (app: RegisteredApp, like: Fields): Entity => ({
  ...like,
  id: app.objectId,
  accountEnabled: true,
  appDisplayName: app.displayName,
  appId: app.appId,
  appRoleAssignmentRequired: false,
  displayName: app.displayName,
  preferredSingleSignOnMode: null,
  servicePrincipalNames: [app.appId],
})
