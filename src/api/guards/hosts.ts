import { X509Certificate } from 'node:crypto'
import { BlockList, isIP } from 'node:net'
import { EntrapipeError } from '../../core/errors.ts'

/** Names by which a machine reaches itself. */
const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Whether only this machine can reach an address. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

/** Which requests a server takes for its own. */
interface Hosts {
  /** @param host the header of the request, with its port */
  accepts(host: string | undefined, port: number): boolean
}

/** The name by which clients reach a server: its host, or with TLS the first name of the certificate if the host is not in it. */
export const clientName = (host: string, cert?: string): string => {
  if (cert === undefined) return host
  const certificate = new X509Certificate(cert)
  if ((isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host)) !== undefined) return host
  const [name] = [...(certificate.subjectAltName ?? '').matchAll(/(?:DNS|IP Address):([^*,\s]+)(?=,|$)/g)]
  return name?.[1] ?? host
}

const nameOf = (host: string): string => host.replace(/:\d+$/, '').toLowerCase()

/**
 * The hosts of a server: on loopback the names of loopback with its own port, with TLS the names in its certificate. A proxy has checked the host
 * itself, and nobody else can connect.
 */
export const hostsOf = ({
  host,
  cert,
  isBehindProxy,
}: {
  readonly host: string
  readonly cert?: string | undefined
  readonly isBehindProxy: boolean
}): Hosts => {
  if (isBehindProxy) return { accepts: asked => asked !== undefined && asked !== '' }
  const certificate = cert === undefined ? undefined : new X509Certificate(cert)
  const own = isIP(host) === 6 ? `[${host}]` : host.toLowerCase()
  return {
    accepts(asked, port) {
      if (asked === undefined) return false
      const name = nameOf(asked)
      if (loopback.has(name) || name === own) return isLoopback(host) ? asked.toLowerCase() === `${name}:${port}` : true
      const bare = name.replace(/^\[|\]$/g, '')
      return (isIP(bare) ? certificate?.checkIP(bare) : certificate?.checkHost(bare)) !== undefined
    },
  }
}

/**
 * Tells addresses of the proxies from others.
 *
 * @param ranges each as 10.0.0.0/8, or one address
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const proxiesIn = (ranges: readonly string[]): ((address: string) => boolean) => {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits, ...more] = range.split('/')
    const kind = isIP(address)
    const most = kind === 6 ? 128 : 32
    const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : -1
    if (kind === 0 || more.length > 0 || prefix < 1 || prefix > most)
      throw new EntrapipeError(
        'OPTION_INVALID',
        `Expected --behind-proxy to be a range of addresses such as 10.0.0.0/8, got "${range}".`,
      )
    list.addSubnet(address, prefix, kind === 6 ? 'ipv6' : 'ipv4')
  }
  return address => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
    return list.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4')
  }
}
