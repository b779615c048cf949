import { faults } from './faults.ts'

/** The key of an object in a path: its id (or UPN), or an alternate key. */
export interface ObjectKey {
  /** `deviceId`, `appId` …; absent for the id. */
  readonly by?: string
  readonly value: string
}

/** A piece of a path: a word that may be a segment or a key, or a key in parentheses. */
export interface Piece {
  /** Decoded, for messages and for matching. */
  readonly text: string
  readonly key?: ObjectKey
}

/**
 * Parses a path: `/users/a%23b`, `/users('$x')`, `/devices(deviceId='…')`, `/users/microsoft.graph.delta()`. Empty
 * parentheses and the namespace of a function are dropped. Quotes inside a key are doubled.
 *
 * @throws GraphFault `BadRequest` on invalid percent-encoding or parentheses
 */
export const parseAddress = (path: string): readonly Piece[] =>
  path
    .split('/')
    .filter(segment => segment !== '')
    .flatMap(segment => {
      const text = decoded(segment)
      const found = /^([$\w.]+)\((.*)\)$/s.exec(text)
      if (!found) return [{ text: withoutNamespace(text) }]
      const [, name = '', inside = ''] = found
      if (inside === '') return [{ text: withoutNamespace(name) }]
      return [{ text: name }, { text: inside, key: parseKey(inside, text) }]
    })

const parseKey = (inside: string, segment: string): ObjectKey => {
  const found = /^(?:(\w+)\s*=\s*)?(?:'((?:[^']|'')*)'|([\w-]+))$/.exec(inside.trim())
  if (!found) throw faults.segmentUnknown(segment)
  const value = found[2] === undefined ? found[3]! : found[2].replaceAll("''", "'")
  return found[1] === undefined ? { value } : { by: found[1], value }
}

/** Removes the optional namespace of functions and actions. Types keep it, because it makes them a cast. */
const withoutNamespace = (text: string): string => {
  const name = /^(?:microsoft\.)?graph\.(\w+)$/i.exec(text)?.[1]
  return name !== undefined && functions.has(name.toLowerCase()) ? name : text
}

const functions: ReadonlySet<string> = new Set([
  'delta',
  'checkmembergroups',
  'checkmemberobjects',
  'getmembergroups',
  'getmemberobjects',
  'getbyids',
  'restore',
  'revokesigninsessions',
])

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch (cause) {
    throw Object.assign(faults.segmentUnknown(segment), { cause })
  }
}

/** Whether a string is a GUID, as object ids are, in any case. */
export const isGuid = (text: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
