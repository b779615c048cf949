import type { ObjectKey, Piece } from './address.ts'
import { faults } from './faults.ts'
import type { Handler } from './call.ts'
import { isUnserved } from './unserved.ts'

/**
 * A method and a path pattern. `{id}` matches a key, `{type}` a cast such as `microsoft.graph.user`. Other words match
 * themselves, ignoring case.
 */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  readonly path: string
  readonly handle: Handler
}

/** The handler of a request, and the keys and type of its path. */
interface Match {
  readonly handle: Handler
  readonly keys: readonly ObjectKey[]
  /** The cast of the path, as written. */
  readonly type: string | undefined
}

interface Node {
  /** Lower case, keys as `{id}`: `/users/{id}`. */
  readonly path: string
  readonly words: Map<string, Node>
  key: Node | undefined
  type: Node | undefined
  readonly handlers: Map<string, Handler>
}

const node = (path: string): Node => ({ path, words: new Map(), key: undefined, type: undefined, handlers: new Map() })

/** Builds a tree of routes, so that the cost of a request does not depend on their number. */
export const createRouter = (routes: readonly Route[]): ((method: string, pieces: readonly Piece[]) => Match) => {
  const root = node('')
  for (const { method, path, handle } of routes) {
    let at = root
    for (const word of path.split('/').filter(Boolean)) at = descend(at, word)
    at.handlers.set(method, handle)
  }
  return (method, pieces) => {
    let at = root
    let above = root
    const keys: ObjectKey[] = []
    let type: string | undefined
    for (const piece of pieces) {
      above = at
      const word = piece.key ? undefined : at.words.get(piece.text.toLowerCase())
      if (word) at = word
      else if (at.type && !piece.key && /^(?:microsoft\.)?graph\.\w+$/i.test(piece.text)) {
        at = at.type
        type = piece.text
      } else if (at.key && (piece.key || !piece.text.startsWith('$'))) {
        at = at.key
        keys.push(piece.key ?? { value: piece.text })
      } else throw notFound(at, piece, pieces)
    }
    const handle = at.handlers.get(method)
    if (handle) return { handle, keys, type }
    const last = pieces.at(-1)
    if (at.handlers.size === 0) throw last ? notFound(above, last, pieces) : faults.segmentUnknown('')
    throw mayWrite(at, method) ? faults.methodNotServed(method, asWritten(pieces)) : faults.methodNotAllowed()
  }
}

/** Distinguishes addresses that Graph has and the sandbox lacks from addresses that do not exist. */
const notFound = (at: Node, { text, key }: Piece, pieces: readonly Piece[]): Error =>
  isUnserved(at.path, key?.value ?? text) ? faults.notServed(asWritten(pieces)) : faults.segmentUnknown(text)

const asWritten = (pieces: readonly Piece[]): string =>
  pieces.map(piece => (piece.key ? `(${piece.text})` : `/${piece.text}`)).join('')

/**
 * Whether Graph may support a write that the sandbox lacks: objects can be changed and removed, collections can only be added
 * to, and computed resources (`$count`, `delta`) can only be read.
 */
const mayWrite = (at: Node, method: string): boolean => {
  if (!at.handlers.has('GET') || method === 'HEAD' || /\/(?:\$count|delta)$/.test(at.path)) return false
  const isCollection = at.key !== undefined || at.words.has('$count')
  return method === 'POST' || !isCollection
}

const descend = (at: Node, word: string): Node => {
  if (word === '{id}') return (at.key ??= node(`${at.path}/{id}`))
  if (word === '{type}') return (at.type ??= node(`${at.path}/{type}`))
  const name = word.toLowerCase()
  const next = at.words.get(name) ?? node(`${at.path}/${name}`)
  at.words.set(name, next)
  return next
}
