const loopback = ['127.0.0.1', 'localhost', '[::1]']
const everywhere = /^(?:0\.0\.0\.0|\[::\])$/

interface Reached {
  /** The `Host` header. */
  readonly asked: string | undefined
  readonly scheme: 'http' | 'https'
  /** The address that the sandbox listens on, as it was started. */
  readonly listening: string
  /** The address of this machine that the connection reached. */
  readonly local: string | undefined
  readonly port: number
}

const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address)

/**
 * The address that links begin with. A `Host` header is repeated if it is a name of this sandbox: what it listens on, the
 * address that the connection reached, and the loopback names where these lead here. Any other one is ignored, so that
 * nobody who writes a header decides where a client sends its token next.
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
