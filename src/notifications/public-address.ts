import { lookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'

/** All addresses of the public internet. Outside of it are, among others, old forms of IPv4 addresses: `::127.0.0.1`. */
const publicV6 = ipaddr.IPv6.parseCIDR('2000::/3')

/** Whether an address is one of the public internet: not of this machine, of its network, or kept for other uses. */
const isPublic = (address: string): boolean => {
  const parsed = ipaddr.process(address)
  return parsed.range() === 'unicast' && (parsed instanceof ipaddr.IPv4 || parsed.match(publicV6))
}

const refusal = (host: string, address: string): Error =>
  new Error(`${host} has the address ${address}, which is not public`)

/** @throws Error if a host that is an address itself is not public: nobody looks it up */
export const expectPublicHost = (hostname: string): void => {
  const bare = hostname.replace(/^\[|\]$/g, '')
  if (isIP(bare) !== 0 && !isPublic(bare)) throw refusal(hostname, bare)
}

/** Looks up a name for a connection that goes only to public addresses: the address that was checked is the one that is used. */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }).then(
    found => {
      const wrong = found.find(({ address }) => !isPublic(address))
      if (wrong) return callback(refusal(hostname, wrong.address), '')
      if (options.all) return callback(null, found)
      const [{ address, family }] = found as [{ address: string; family: number }]
      callback(null, address, family)
    },
    (error: NodeJS.ErrnoException) => callback(error, ''),
  )
}
