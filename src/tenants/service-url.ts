const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** Why a URL is invalid, as the end of a sentence; undefined if valid. Plain http is allowed only on loopback. */
const urlFault = (text: string): string | undefined => {
  const url = URL.parse(text)
  if (!url) return `is not a URL. Expected a URL such as https://host/path`
  if (url.username || url.password) return 'contains a user or password. Remove them'
  if (url.search || url.hash) return 'has a query or fragment. Remove it'
  if (url.protocol === 'https:') return undefined
  if (url.protocol !== 'http:') return `begins with ${url.protocol}//, but only https:// is supported`
  return loopback.test(url.hostname)
    ? undefined
    : 'begins with http://, which is supported only for this machine (127.0.0.1, localhost). Use https://'
}

/** Like `urlFault`, for the root URL of Microsoft Graph. */
export const graphUrlFault = (text: string): string | undefined =>
  urlFault(text) ??
  (text.endsWith('/v1.0') ? undefined : 'does not end in /v1.0. Add the version, without a trailing slash')

/** Like `urlFault`, for the sign-in URL. */
export const authorityUrlFault = (text: string): string | undefined =>
  urlFault(text) ?? (text.endsWith('/') ? 'ends in a slash. Remove it, and the tenant too' : undefined)
