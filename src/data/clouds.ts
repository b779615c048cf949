/** A national cloud of Microsoft Entra. Tokens of one cloud are not valid in another. */
interface Cloud {
  /** Sign-in URL of people and apps. */
  readonly authorityUrl: string
  /** Origin of Microsoft Graph; the version root is `<graphUrl>/v1.0`. */
  readonly graphUrl: string
}

/** Name of a national cloud in the configuration. */
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

/** Microsoft's sign-in hosts, including aliases. Other hosts do not take part in instance discovery. */
export const authorityHosts: ReadonlySet<string> = new Set([
  ...Object.values(clouds).map(cloud => new URL(cloud.authorityUrl).host),
  'login.windows.net',
  'login.microsoft.com',
  'sts.windows.net',
  'login.partner.microsoftonline.cn',
])
