/**
 * Where an administrator of a tenant consents to all permissions that an app asks for. The national cloud is that of the
 * sign-in URL. Entra sends the administrator to the app's first redirect URI afterwards.
 *
 * @see https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent#construct-the-url-for-granting-tenant-wide-admin-consent
 */
export const consentLink = (authorityUrl: string, tenantId: string, clientId: string): string =>
  `${authorityUrl.replace(/\/+$/, '')}/${encodeURIComponent(tenantId)}/adminconsent?client_id=${encodeURIComponent(clientId)}`
