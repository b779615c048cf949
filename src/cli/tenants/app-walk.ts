import type { CloudName } from '../../data/clouds.ts'
import { graphAppId } from '../../data/permission-ids.ts'
import type { AppPermission, AppRegistration } from '../../tenants/app-registration.ts'
import { shells, type Shell, type ShellName } from './shells.ts'

/** What the steps are written for. */
export interface AppWalk {
  /** Name of the app and of the tenant in the configuration. */
  readonly name: string
  readonly kind: 'application' | 'delegated'
  readonly cloud: CloudName
  readonly shell: ShellName
}

/**
 * The portal and the Azure CLI's cloud for each national cloud. The DoD has no cloud of its own in the Azure CLI.
 *
 * @see https://learn.microsoft.com/cli/azure/manage-clouds-azure-cli
 */
const places: Readonly<Record<CloudName, { readonly portal: string; readonly azureCli: string }>> = {
  global: { portal: 'https://entra.microsoft.com', azureCli: 'AzureCloud' },
  usgov: { portal: 'https://entra.microsoft.us', azureCli: 'AzureUSGovernment' },
  usgovdod: { portal: 'https://entra.microsoft.us', azureCli: 'AzureUSGovernment' },
  china: { portal: 'https://entra.microsoftonline.cn', azureCli: 'AzureChinaCloud' },
}

const list = (permissions: readonly AppPermission[]): string[] =>
  permissions.map(
    ({ name, id, when }) => `   - ${name}${id ? ` (${id})` : ' (look it up by its name)'}${when ? `, ${when}` : ''}`,
  )

/** The steps in the portal. */
export const portalSteps = (app: AppRegistration, { name, kind, cloud }: AppWalk): readonly string[] => {
  const delegated = kind === 'delegated'
  return [
    `1. Sign in to ${places[cloud].portal} as an Application Administrator: Entra ID > App registrations > New registration.`,
    `   Name it ${name}, choose accounts in this organizational directory only${
      delegated ? ', and add the redirect URI http://localhost for mobile and desktop applications' : ''
    }.`,
    '   From its overview, copy the Application (client) ID and the Directory (tenant) ID.',
    ...(delegated
      ? ['   Under Authentication > Settings, allow public client flows if people sign in with a device code.']
      : []),
    `2. API permissions > Add a permission > Microsoft Graph > ${delegated ? 'Delegated' : 'Application'} permissions:`,
    ...list(app.permissions),
    ...(app.optional.length > 0 ? ['   Only if you need it:', ...list(app.optional)] : []),
    `3. API permissions > Grant admin consent. ${
      delegated ? 'A' : 'It takes a Privileged Role Administrator: a'
    } permission without consent is not in the token.`,
    ...(delegated
      ? []
      : [
          '4. Certificates & secrets: upload a certificate, or make a client secret and copy its Value (not its ID) now.',
        ]),
    `${delegated ? 4 : 5}. entrapipe tenants add ${name}`,
    ...app.notes.map(note => `Note: ${note}`),
  ]
}

const argument = ({ name, id, type }: AppPermission, shell: Shell): string => {
  if (id) return `${id}=${type}`
  const collection = type === 'Role' ? 'appRoles' : 'oauth2PermissionScopes'
  return `${shell.output(`az ad sp show --id ${graphAppId} --query "${collection}[?value=='${name}'].id" --output tsv`)}=${type}`
}

const add = (permissions: readonly AppPermission[], shell: Shell): string =>
  [
    `az ad app permission add --id ${shell.use('appId')} --api ${graphAppId} --api-permissions`,
    ...permissions.map(permission => argument(permission, shell)),
  ].join(shell.continued)

/** The same steps as Azure CLI commands. No secret is printed or passed on a command line. */
export const azureCommands = (
  app: AppRegistration,
  { name, kind, cloud, shell: shellName }: AppWalk,
): readonly string[] => {
  const shell: Shell = shells[shellName]
  const delegated = kind === 'delegated'
  const create = `az ad app create --display-name ${name} --sign-in-audience AzureADMyOrg${
    delegated ? ' --public-client-redirect-uris http://localhost --is-fallback-public-client true' : ''
  } --query appId --output tsv`
  const secret = `az ad app credential reset --id ${shell.use('appId')} --append --display-name ${name} --years 1 --query password --output tsv`
  return [
    ...(cloud === 'global' ? [] : [`az cloud set --name ${places[cloud].azureCli}`]),
    'az login',
    shell.assign('tenantId', 'az account show --query tenantId --output tsv'),
    shell.assign('appId', create),
    `az ad sp create --id ${shell.use('appId')}`,
    shell.comment(`${app.permissions.map(permission => permission.name).join(', ')}`),
    add(app.permissions, shell),
    ...app.optional.flatMap(permission => [
      shell.comment(`${permission.name}: only ${permission.when}`),
      shell.comment(add([permission], { ...shell, continued: ' ' })),
    ]),
    shell.comment(
      'Consent, by a Privileged Role Administrator. If the app is not found yet, wait a minute and try again.',
    ),
    `az ad app permission admin-consent --id ${shell.use('appId')}`,
    ...(delegated ? [] : [shell.keep(secret, `${name}.secret`)]),
    [
      `entrapipe tenants add ${name} --tenant-id ${shell.use('tenantId')} --client-id ${shell.use('appId')}`,
      ...(cloud === 'global' ? [] : [`--cloud ${cloud}`]),
      delegated ? '--credential browser' : `--secret-file ${name}.secret`,
    ].join(' '),
  ]
}
