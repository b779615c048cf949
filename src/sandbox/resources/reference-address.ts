import { clouds } from '../../data/clouds.ts'
import type { Kind } from '../directory/types.ts'
import { GraphFault } from '../protocol.ts'
import { isGuid, parseAddress, type ObjectKey } from './address.ts'
import { kinds, typeFacts } from './type-facts.ts'

/** An object named by an address, as in `@odata.id` and `@odata.bind`. */
export interface NamedObject {
  /** Undefined below `directoryObjects`, which has objects of all kinds. */
  readonly kind: Kind | undefined
  readonly key: ObjectKey
}

const origins: ReadonlySet<string> = new Set(Object.values(clouds).map(({ graphUrl }) => graphUrl))

/** Sets of objects that can be linked, by lower-case name. */
const sets: ReadonlyMap<string, Kind | undefined> = new Map([
  ['directoryobjects', undefined],
  ...kinds.map(kind => [(typeFacts[kind].set.split('/').at(-1) ?? '').toLowerCase(), kind] as const),
])

/**
 * Reads the address of an object: absolute (on Microsoft Graph in any cloud, or on the sandbox) or relative, with or without
 * a version, a tenant and the type that older replies end in: `…/v1.0/users/{id}`, `/directoryObjects/{id}`,
 * `users('{id}')`, `…/v2/{tenant}/directoryObjects/{id}/Microsoft.DirectoryServices.User`.
 *
 * @param root the sandbox's own version root
 * @returns undefined if it is not the address of an object
 */
export const namedObject = (address: unknown, root: string): NamedObject | undefined => {
  if (typeof address !== 'string') return undefined
  const path = pathOf(address, new URL(root).origin)
  if (path === undefined || /[?#]/.test(path)) return undefined
  const pieces = piecesOf(path)
  const start = pieces.findIndex(({ text, key }) => key === undefined && sets.has(text.toLowerCase()))
  if (start < 0 || !pieces.slice(0, start).every(({ text }) => /^(?:v\d\.\d|v2|beta)$/i.test(text) || isGuid(text)))
    return undefined
  const [set, named, type, ...rest] = pieces.slice(start)
  if (!set || !named || rest.length > 0) return undefined
  if (type && !/^Microsoft\.DirectoryServices\.\w+$/i.test(type.text)) return undefined
  return { kind: sets.get(set.text.toLowerCase()), key: named.key ?? { value: named.text } }
}

const pathOf = (address: string, own: string): string | undefined => {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(address)) return address
  const origin = /^https?:\/\/[^/]+/i.exec(address)?.[0]
  if (origin === undefined || !(origins.has(origin.toLowerCase()) || origin.toLowerCase() === own)) return undefined
  return address.slice(origin.length)
}

/** Invalid percent-encoding and invalid parentheses are no address. */
const piecesOf = (path: string): ReturnType<typeof parseAddress> => {
  try {
    return parseAddress(path)
  } catch (error) {
    if (error instanceof GraphFault) return []
    throw error
  }
}
