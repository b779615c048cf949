import { hash } from 'node:crypto'
import type { Json } from '../core/json.ts'
import type { RunIdentity } from './types.ts'

/** JSON with the names of every object in order of their code units and without what is undefined: equal values, equal text. */
export const canonicalJson = (value: Json): string => JSON.stringify(ordered(value))

const ordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  // Names made of digits come first in any object, in both of two equal ones.
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, ordered(inner)]))
}

/** SHA-256, hex, of what makes two runs the same work. */
export const identityOf = ({ pipeline, params, tenant, target, inputHash }: RunIdentity): string =>
  hash(
    'sha256',
    canonicalJson({
      pipeline,
      params,
      tenant: tenant ?? null,
      target: target ?? null,
      inputHash: inputHash ?? null,
    }),
  )
