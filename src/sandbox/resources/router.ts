import type { ObjectKey, Piece } from './address.ts'
import { faults } from './faults.ts'
import type { Handler } from './call.ts'

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
  readonly words: Map<string, Node>
  key: Node | undefined
  type: Node | undefined
  readonly handlers: Map<string, Handler>
}

const node = (): Node => ({ words: new Map(), key: undefined, type: undefined, handlers: new Map() })

/** Puts routes into a tree, so that the number of routes costs nothing at a request. */
export const createRouter = (routes: readonly Route[]): ((method: string, pieces: readonly Piece[]) => Match) => {
  const root = node()
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
      else if (at.type && !piece.key && /^microsoft\.graph\.\w+$/i.test(piece.text)) {
        at = at.type
        type = piece.text
      } else if (at.key && (piece.key || !piece.text.startsWith('$'))) {
        at = at.key
        keys.push(piece.key ?? { value: piece.text })
      } else throw faults.segmentUnknown(piece.text)
    }
    const handle = at.handlers.get(method)
    if (handle) return { handle, keys, type }
    if (at.handlers.size === 0) throw faults.segmentUnknown(pieces.at(-1)?.text ?? '')
    throw at.handlers.has('GET') && method !== 'HEAD' ? faults.notImplemented() : faults.methodNotAllowed()
  }
}

const descend = (at: Node, word: string): Node => {
  if (word === '{id}') return (at.key ??= node())
  if (word === '{type}') return (at.type ??= node())
  const name = word.toLowerCase()
  const next = at.words.get(name) ?? node()
  at.words.set(name, next)
  return next
}
