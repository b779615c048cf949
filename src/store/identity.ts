import { hash } from 'node:crypto'
import type { Json } from '../core/json.ts'
import type { RunIdentity } from './types.ts'

/** Serialises JSON so that equal values give equal text: names are in the order of their code units, and undefined is omitted. */
export const canonicalJson = (value: Json): string => JSON.stringify(ordered(value))

const ordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  // Names of digits come first in every object, so equal objects stay equal.
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, ordered(inner)]))
}

/** SHA-256 (hex) of the identity of a run. Runs with equal identities are the same work. */
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
