import type { ObjectKey, Piece } from './address.ts'
import { faults } from './faults.ts'
import type { Handler } from './call.ts'
import { isUnserved } from './unserved.ts'

/**
 * A method on a path pattern. `{id}` stands for a key, `{type}` for a cast such as `microsoft.graph.user`; anything else
 * is itself, whatever its case. A write is one more route in one more file.
 */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  readonly path: string
  readonly handle: Handler
}

/** What answers a request, and what its path named. */
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

/** Puts routes into a tree, so that the number of routes costs nothing at a request. */
export const createRouter = (routes: readonly Route[]): ((method: string, pieces: readonly Piece[]) => Match) => {
  const root = node('')
  for (const { method, path, handle } of routes) {
    let at = root
    for (const word of path.split('/').filter(Boolean)) at = descend(at, word)
    at.handlers.set(method, handle)
  }
  return (method, pieces) => {
    let at = root
    const keys: ObjectKey[] = []
    let type: string | undefined
    for (const piece of pieces) {
      const word = piece.key ? undefined : at.words.get(piece.text.toLowerCase())
      if (word) at = word
      else if (at.type && !piece.key && /^(?:microsoft\.)?graph\.\w+$/i.test(piece.text)) {
        at = at.type
        type = piece.text
      } else if (at.key && (piece.key || !piece.text.startsWith('$'))) {
        at = at.key
        keys.push(piece.key ?? { value: piece.text })
      } else throw notHere(at, piece, pieces)
    }
    const handle = at.handlers.get(method)
    if (handle) return { handle, keys, type }
    if (at.handlers.size === 0) throw faults.segmentUnknown(pieces.at(-1)?.text ?? '')
    throw mayWrite(at, method) ? faults.notImplemented() : faults.methodNotAllowed()
  }
}

/** An address of Graph's that the sandbox leaves out is told from one that nobody has. */
const notHere = (at: Node, { text, key }: Piece, pieces: readonly Piece[]): Error =>
  isUnserved(at.path, key?.value ?? text)
    ? faults.notServed(pieces.map(piece => (piece.key ? `(${piece.text})` : `/${piece.text}`)).join(''))
    : faults.segmentUnknown(text)

/**
 * Whether Graph could take such a request, as the sandbox does not: an object is changed and removed, a collection only
 * gets more objects, and what is computed (`$count`, `delta`) is read.
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
