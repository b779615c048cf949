const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** Why a URL may not be talked to, as the end of a sentence; undefined when it may. Plain http is for loopback only. */
const urlFault = (text: string): string | undefined => {
  const url = URL.parse(text)
  if (!url) return `is not a URL; write it out, such as https://host/path`
  if (url.username || url.password) return 'carries a user or password; leave them out'
  if (url.search || url.hash) return 'has a query or fragment; leave it out'
  if (url.protocol === 'https:') return undefined
  if (url.protocol !== 'http:') return `begins with ${url.protocol}//, and only https:// is spoken here`
  return loopback.test(url.hostname)
    ? undefined
    : 'begins with http://, which is for this machine only (127.0.0.1, localhost); use https://'
}

/** As `urlFault`, for the root of Microsoft Graph. */
export const graphUrlFault = (text: string): string | undefined =>
  urlFault(text) ??
  (text.endsWith('/v1.0') ? undefined : 'does not end in /v1.0; add the version, without a slash after it')

/** As `urlFault`, for where one signs in. */
export const authorityUrlFault = (text: string): string | undefined =>
  urlFault(text) ?? (text.endsWith('/') ? 'ends in a slash; leave it out, and the tenant too' : undefined)
