const loopback = ['127.0.0.1', 'localhost', '[::1]']
const everywhere = /^(?:0\.0\.0\.0|\[::\])$/

interface Reached {
  /** The `Host` header. */
  readonly asked: string | undefined
  readonly scheme: 'http' | 'https'
  /** The address that the sandbox listens on. */
  readonly listening: string
  /** The local address of the connection. */
  readonly local: string | undefined
  readonly port: number
}

const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address)

/**
 * Returns the origin of links. The `Host` header is used if it names this sandbox: the address it listens on, the address
 * that the connection reached, or a loopback name if the sandbox listens on loopback, each with its own port. Any other
 * value is ignored, so that a header cannot decide where a client sends its token next.
 */
export const ownOrigin = ({ asked, scheme, listening, local, port }: Reached): string => {
  const host = bracketed(listening)
  const reached = bracketed((local ?? listening).replace(/^::ffff:/i, ''))
  const isEverywhere = everywhere.test(host)
  const names = [...(isEverywhere ? [] : [host]), reached, ...(isEverywhere || loopback.includes(host) ? loopback : [])]
  const usual = (scheme === 'https' && port === 443) || (scheme === 'http' && port === 80)
  const addresses = names.flatMap(name => [`${name}:${port}`, ...(usual ? [name] : [])])
  const named = addresses.find(address => address.toLowerCase() === asked?.toLowerCase())
  return `${scheme}://${named ?? addresses[0]}`
}
