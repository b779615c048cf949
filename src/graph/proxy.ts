import type { Environment } from '../core/environment.ts'
import { isLoopback } from './loopback.ts'

/**
 * The proxy for a URL, from `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` (also in lower case). Undefined for
 * loopback and link-local addresses (169.254.0.0/16). `NO_PROXY` lists hosts, `.domain`, `*.domain`, each with an optional
 * port, or `*`.
 */
export const proxyFor = (url: URL, environment: Environment): string | undefined => {
  const variable = (name: string) => environment.variable(name.toLowerCase()) ?? environment.variable(name)
  const proxy = variable(url.protocol === 'http:' ? 'HTTP_PROXY' : 'HTTPS_PROXY') ?? variable('ALL_PROXY')
  if (proxy === undefined || isLoopback(url) || url.hostname.startsWith('169.254.')) return undefined
  const exceptions = (variable('NO_PROXY') ?? '').toLowerCase().split(/[\s,]+/)
  if (exceptions.some(exception => exception !== '' && covers(exception, url))) return undefined
  return proxy.includes('://') ? proxy : `http://${proxy}`
}

const covers = (exception: string, url: URL): boolean => {
  if (exception === '*') return true
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(exception) ?? []
  if (port !== undefined && port !== (url.port || (url.protocol === 'http:' ? '80' : '443'))) return false
  const domain = name.replace(/^\*?\./, '')
  return url.hostname === domain || url.hostname.endsWith(`.${domain}`)
}
