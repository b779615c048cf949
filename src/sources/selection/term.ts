import type { Context } from '../../core/context.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { joined } from '../../core/joined.ts'
import type { Fields, Json } from '../../core/json.ts'
import type { Source } from '../../core/parts.ts'
import { isText } from '../../data/expect-options.ts'
import { findProduct } from '../../licensing/find-product.ts'
import type { Products } from '../../licensing/products.ts'
import type { Entity } from '../graph/listing.ts'
import { listed } from '../listed.ts'
import { members } from '../members.ts'
import { users } from '../users.ts'

/** Users, chosen in one way: by a file, by groups, by a query, or by hand. */
export type SelectionTerm =
  | {
      /** Rows that name users. */
      readonly from: Source<Fields>
      /** The column with the name or id. @default as for `listed` */
      readonly column?: string
    }
  | {
      /** Ids or display names of groups; dynamic ones, too. */
      readonly group: string | readonly string[]
      /** Whether members of nested groups belong to it. @default false */
      readonly transitive?: boolean
    }
  | {
      readonly filter?: string
      /** Products by id, part number or name: users who have one of them, directly or through a group. */
      readonly has?: readonly string[]
      /** Products: users who have none of them. */
      readonly without?: readonly string[]
    }
  | {
      /** Ids, user principal names or mail addresses. */
      readonly ids: readonly string[]
    }

const words: readonly (readonly string[])[] = [
  ['from', 'column'],
  ['group', 'transitive'],
  ['filter', 'has', 'without'],
  ['ids'],
]

/** @throws EntrapipeError `OPTION_INVALID` unless users are chosen in one way only */
export const expectTerm = (term: unknown, name: string): void => {
  const given = typeof term === 'object' && term !== null ? Object.keys(term).filter(key => key !== 'how') : []
  const ways = words.filter(way => way.some(word => given.includes(word)))
  const strange = given.find(key => !words.flat().includes(key))
  if (strange !== undefined)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `${name} of selectedUsers has no option ${strange}. It has ${joined(words.flat())}.`,
    )
  const [way = []] = ways
  if (ways.length !== 1 || !['from', 'group', 'ids', 'filter', 'has', 'without'].some(word => given.includes(word)))
    throw new EntrapipeError(
      'OPTION_INVALID',
      ways.length > 1
        ? `${name} of selectedUsers chooses users by ${joined(ways.map(([first]) => first!))}. Each of them is a term of its own.`
        : `${name} of selectedUsers needs from, group, filter, has, without or ids${way.length > 0 ? `, and has only ${given.join(', ')}` : ''}.`,
      ways.length > 1 ? { fix: 'Combine terms: `only` keeps those who are in both.' } : {},
    )
  const { ids, has = [], without = [] } = term as { readonly [list in 'ids' | 'has' | 'without']?: readonly unknown[] }
  for (const list of [ids ?? ['id'], has, without])
    if (!Array.isArray(list) || !list.every(isText) || (list === ids && list.length === 0))
      throw new EntrapipeError('OPTION_INVALID', `${name} of selectedUsers needs lists of non-empty text.`)
}

/** A term in words: `group Sales`. */
export const shownTerm = (term: SelectionTerm): string => {
  if ('from' in term) return term.from.kind
  if ('ids' in term) return term.ids.length === 1 ? term.ids[0]! : `${term.ids.length} names`
  if ('group' in term)
    return `${term.transitive ? 'members and indirect members' : 'members'} of ${joined([term.group].flat())}`
  const { filter, has = [], without = [] } = term
  return [
    ...(filter === undefined ? [] : [filter]),
    ...(has.length > 0 ? [`with ${joined(has, 'or')}`] : []),
    ...(without.length > 0 ? [`without ${joined(without, 'or')}`] : []),
  ].join(', ')
}

/** A term for the identity of a run. */
export const describedTerm = async (term: SelectionTerm, ctx: Context): Promise<Json> =>
  'from' in term
    ? { from: (await term.from.describe?.(ctx)) ?? term.from.kind, ...given({ column: term.column }) }
    : (JSON.parse(JSON.stringify(term)) as Json)

/** Whether products must be found to read a term. */
export const namesProducts = (term: SelectionTerm): boolean => 'has' in term || 'without' in term

/**
 * The source of a term's users. Rows of a file keep their columns and keys.
 *
 * @throws EntrapipeError `FILTER_INVALID`, `PROPERTY_UNKNOWN`; `SKU_UNKNOWN`, `SKU_AMBIGUOUS`
 */
export const sourceOf = (term: SelectionTerm, products: Products): Source<Entity> => {
  const select = ['id'] as const
  if ('from' in term)
    return listed({ kind: 'user', names: term.from, select, keepRows: true, ...given({ column: term.column }) })
  if ('ids' in term) return listed({ kind: 'user', names: namesIn(term.ids), select })
  if ('group' in term)
    return members({ group: term.group, select, type: 'user', ...given({ transitive: term.transitive }) })
  return users({ select, filter: filterOf(term, products) })
}

const namesIn = (ids: readonly string[]): Source<Fields> => ({
  kind: 'ids',
  describe: async () => [...ids],
  async *read() {
    yield { rows: ids.map((id, at) => ({ key: at + 1, value: { id } })) }
  },
})

const filterOf = (
  { filter, has = [], without = [] }: Extract<SelectionTerm, { filter?: string }>,
  products: Products,
): string => {
  const anyOf = (names: readonly string[]): string =>
    `assignedLicenses/any(l:${names.map(name => `l/skuId eq ${findProduct(products, name).skuId}`).join(' or ')})`
  return [
    ...(filter === undefined ? [] : [has.length + without.length > 0 ? `(${filter})` : filter]),
    ...(has.length > 0 ? [anyOf(has)] : []),
    ...(without.length > 0 ? [`not ${anyOf(without)}`] : []),
  ].join(' and ')
}
