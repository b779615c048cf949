/** The national clouds of Microsoft Entra. Tokens of one are worthless in another. */
interface Cloud {
  /** Where people and apps sign in. */
  readonly authorityUrl: string
  /** Origin of Microsoft Graph; the version root is `<graphUrl>/v1.0`. */
  readonly graphUrl: string
}

/** A national cloud, as the configuration calls it. */
export type CloudName = 'global' | 'usgov' | 'usgovdod' | 'china'

/**
 * `global` includes GCC; `usgov` is GCC High (L4), `usgovdod` is DoD (L5), `china` is operated by 21Vianet.
 *
 * @see https://learn.microsoft.com/graph/deployments
 */
export const clouds: Readonly<Record<CloudName, Cloud>> = {
  global: { authorityUrl: 'https://login.microsoftonline.com', graphUrl: 'https://graph.microsoft.com' },
  usgov: { authorityUrl: 'https://login.microsoftonline.us', graphUrl: 'https://graph.microsoft.us' },
  usgovdod: { authorityUrl: 'https://login.microsoftonline.us', graphUrl: 'https://dod-graph.microsoft.us' },
  china: { authorityUrl: 'https://login.chinacloudapi.cn', graphUrl: 'https://microsoftgraph.chinacloudapi.cn' },
}

/** Hosts of Microsoft's sign-in, aliases included: any other host takes no part in instance discovery. */
export const authorityHosts: ReadonlySet<string> = new Set([
  ...Object.values(clouds).map(cloud => new URL(cloud.authorityUrl).host),
  'login.windows.net',
  'login.microsoft.com',
  'sts.windows.net',
  'login.partner.microsoftonline.cn',
])
