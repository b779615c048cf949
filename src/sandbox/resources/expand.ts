import { EntrapipeError } from '../../core/errors.ts'
import { parseExpand, type Expand } from '../../odata/parse-expand.ts'
import type { Kind, Reference } from '../directory/types.ts'
import type { Call } from './call.ts'
import { faults } from './faults.ts'
import type { Options } from './options.ts'
import { everyOne, shownIn, type References } from './relations.ts'
import { objectWriter } from './object-writer.ts'
import { typeFacts } from './type-facts.ts'

/** Adds what an `$expand` asks for to objects that are already JSON text. */
export interface Expander {
  /** For `@odata.context`: `manager()`. */
  readonly context: string
  add(json: string, id: string): string
}

/** Graph gives no more than these and no link to the rest. */
const maxExpanded = 20

/**
 * The one relation of an `$expand`, one level deep, at most 20 objects; a manager's managers with `$levels` on a single user.
 *
 * @throws GraphFault 400 for an unknown relation, several of them, or one with an advanced query
 */
export const expander = (call: Call, kind: Kind, options: Options, where: 'list' | 'single'): Expander | undefined => {
  if (options.expand === undefined) return undefined
  const expand = parsedExpand(options.expand)
  const relation = typeFacts[kind].expand.find(name => name.toLowerCase() === expand.relation.toLowerCase())
  if (!relation) throw faults.propertyUnknown(expand.relation, typeFacts[kind].type)
  if (expand.levels !== undefined && (relation !== 'manager' || where === 'list'))
    throw relation === 'manager' ? faults.levelsOnCollection() : faults.selectTerm(options.expand)
  if (options.advanced && where === 'list') throw faults.expandWithAdvanced()
  const write = objectWriter(call, expand.select?.join(','), 'direct')
  const context = `${relation}(${expand.select?.join(',') ?? ''})`
  return {
    context,
    add(json, id) {
      const owner: Reference = { kind, id }
      const value =
        relation === 'manager'
          ? manager(call, owner, write, expand.levels === 'max' ? 1_000 : (expand.levels ?? 1))
          : list(firstOf(call.relations(owner, relation, 'direct'), shownIn(kind, relation)), write)
      return value === undefined
        ? json
        : json === '{}'
          ? `{"${relation}":${value}}`
          : `${json.slice(0, -1)},"${relation}":${value}}`
    },
  }
}

const firstOf = (references: References, shown: (reference: Reference) => boolean): readonly Reference[] => {
  const first: Reference[] = []
  for (const reference of everyOne(references)) {
    if (first.length === maxExpanded) break
    if (shown(reference)) first.push(reference)
  }
  return first
}

type Write = (reference: Reference) => string | undefined

const list = (references: readonly Reference[], write: Write): string =>
  `[${references.flatMap(reference => write(reference) ?? []).join(',')}]`

/** The manager, in it its own manager, and so on; a circle ends where it closes. */
const manager = (call: Call, of: Reference, write: Write, levels: number): string | undefined => {
  const chain: string[] = []
  const seen = new Set([of.id])
  for (let at = of; chain.length < levels;) {
    const [next] = call.directory.related(at.kind, at.id, 'manager', 1).references
    const json = next && !seen.has(next.id) ? write(next) : undefined
    if (!next || json === undefined) break
    seen.add(next.id)
    chain.push(json)
    at = next
  }
  return chain.reduceRight<string | undefined>(
    (inner, json) => (inner === undefined ? json : `${json.slice(0, -1)},"manager":${inner}}`),
    undefined,
  )
}

const parsedExpand = (text: string): Expand => {
  try {
    return parseExpand(text)
  } catch (cause) {
    if (!(cause instanceof EntrapipeError)) throw cause
    throw Object.assign(faults.selectTerm(text), { cause })
  }
}
