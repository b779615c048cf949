import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Fields } from '../../core/json.ts'
import type { Source } from '../../core/parts.ts'
import { flag, list, placed, text } from '../../engine/params.ts'
import { selectedUsers, type SelectedUsersOptions } from '../../sources/selected-users.ts'
import { optional } from '../optional.ts'
import { rowSource } from '../row-source.ts'
import { rowsOfUsers } from './rows-of-users.ts'

type Term = SelectedUsersOptions['first']
type How = NonNullable<SelectedUsersOptions['then']>[number]['how']

const hows: readonly How[] = ['also', 'only', 'except']

/** Parameters that choose users. Later terms are `N:word=value`, in the order of their numbers. */
export const selectionParams = {
  group: optional(list('groups whose members are chosen: ids or names')),
  transitive: optional(flag('also the members of nested groups')),
  filter: optional(text('OData filter of the users that are chosen')),
  has: optional(list('products of which the chosen users have one: part numbers, names or ids')),
  without: optional(list('products of which the chosen users have none: part numbers, names or ids')),
  id: optional(list('users that are chosen: ids, user principal names or mail addresses')),
  also: placed(
    'terms',
    optional(list('terms that add users: `1:group=Sales`, with the words of the other parameters')),
  ),
  only: placed('terms', optional(list('terms that keep only their users'))),
  except: placed('terms', optional(list('terms that leave their users out'))),
}

/** Values of `selectionParams`. */
export interface SelectionValues extends Words, Partial<Record<How, readonly string[]>> {}

/** Whether something else than the rows of a file chooses users. */
export const hasSelection = (values: SelectionValues): boolean =>
  Object.keys(selectionParams).some(name => values[name as keyof SelectionValues] !== undefined)

/** Whether the first term is no file. */
export const isWithoutFile = ({ group, filter, has, without, id }: SelectionValues): boolean =>
  [group, filter, has, without, id].some(value => value !== undefined)

/**
 * The source of users that the command line chooses.
 *
 * @param rows those of `--from`, if the first term is a file
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const selectionSource = (values: SelectionValues, rows?: Source<Fields>): Source<Fields> => {
  if (values.transitive && values.group === undefined) throw withoutGroup()
  const first = rows ? { from: rows } : termOf(values, undefined)
  return selectedUsers({ first, then: laterTerms(values) })
}

/**
 * The users of a list are chosen by being in it. Users whom another term adds to them could not be told apart later, when the selection is read
 * again.
 *
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const expectLasting = (values: SelectionValues): void => {
  const adds = values.also ?? []
  const isListed = (hasSelection(values) && !isWithoutFile(values)) || adds.some(each => /^\d+:from=/.test(each))
  if (adds.length === 0 || !isListed) return
  throw new EntrapipeError('OPTION_INVALID', '--after cannot be combined with a file of users and --also.', {
    fix: 'Use two commands: one for the file, and one for the other users.',
  })
}

/** What a run keeps of its selection, so that it can be read again later: undefined if its rows are those of a file alone. */
export const keptSelection = (params: Readonly<Record<string, unknown>>): string | undefined => {
  const kept = Object.fromEntries(
    Object.keys(selectionParams).flatMap(name => {
      const value = params[name]
      return value === undefined || value === null || value === false ? [] : [[name, value]]
    }),
  )
  return Object.keys(kept).length === 0 ? undefined : JSON.stringify(kept)
}

/** The users whom a kept selection chooses now. @param rows its list, if it began with one: the rows that are left of it */
export const selectionAgain = (kept: string, rows: () => Source<Fields>): Source<Fields> => {
  const values = JSON.parse(kept) as SelectionValues
  return selectionSource({ ...values, ...withoutLists(values) }, isWithoutFile(values) ? undefined : rows())
}

/** Later terms that are files have done their part: they only kept users, or left them out. */
const withoutLists = (values: SelectionValues): SelectionValues =>
  Object.fromEntries(
    hows.flatMap(how => {
      const left = values[how]?.filter(each => !/^\d+:from=/.test(each))
      return values[how] === undefined ? [] : [[how, left!.length > 0 ? left : undefined]]
    }),
  )

const withoutGroup = (): EntrapipeError =>
  new EntrapipeError('OPTION_INVALID', '--transitive needs --group in the same term.')

interface Words {
  readonly group?: readonly string[]
  readonly transitive?: boolean
  readonly filter?: string
  readonly has?: readonly string[]
  readonly without?: readonly string[]
  readonly id?: readonly string[]
}

/** @throws EntrapipeError `OPTION_INVALID` unless users are chosen in one way */
const termOf = ({ group, transitive, filter, has, without, id }: Words, from: string | undefined): Term => {
  const ways = [
    ...(from === undefined ? [] : ['--from']),
    ...(group ? ['--group'] : []),
    ...(filter === undefined && !has && !without ? [] : ['--filter, --has and --without']),
    ...(id ? ['--id'] : []),
  ]
  if (ways.length > 1)
    throw new EntrapipeError('OPTION_INVALID', `One term chooses users by ${ways.join(' and by ')}.`, {
      fix: 'Put --only, --also or --except before the second one.',
    })
  if (transitive && !group) throw withoutGroup()
  if (from !== undefined) return { from: rowsOfUsers(rowSource({ from, trailer: 'always', captions: true })) }
  if (group) return { group, ...(transitive && { transitive }) }
  if (id) return { ids: id }
  return given({ filter, has, without }) as Term
}

const entry = /^(\d+):([a-z]+)=(.*)$/s

const laterTerms = (values: SelectionValues): NonNullable<SelectedUsersOptions['then']> => {
  const terms = new Map<number, { readonly how: How; readonly words: (readonly [string, string])[] }>()
  for (const how of hows)
    for (const each of values[how] ?? []) {
      const [, number, word, value] = entry.exec(each) ?? []
      if (number === undefined) throw new EntrapipeError('OPTION_INVALID', `Expected ${how} to be terms, got ${each}`)
      const term = terms.get(Number(number)) ?? { how, words: [] }
      terms.set(Number(number), term)
      if (word !== 'none') term.words.push([word!, value!])
    }
  return [...terms]
    .sort(([one], [other]) => one - other)
    .map(([, { how, words }]) => {
      const of = (name: string): readonly string[] | undefined => {
        const found = words.flatMap(([word, value]) => (word === name ? [value] : []))
        return found.length > 0 ? found : undefined
      }
      if (words.length === 0)
        throw new EntrapipeError('OPTION_INVALID', `--${how} is followed by no users.`, {
          fix: 'Add --from, --group, --filter, --has, --without or --id after it.',
        })
      if ((of('filter')?.length ?? 0) > 1 || (of('from')?.length ?? 0) > 1)
        throw new EntrapipeError(
          'OPTION_INVALID',
          `A term has one --filter or one --from. Begin another with --${how}.`,
        )
      const own = given({
        group: of('group'),
        filter: of('filter')?.[0],
        has: of('has'),
        without: of('without'),
        id: of('id'),
        transitive: of('transitive') ? true : undefined,
      })
      return { ...termOf(own, of('from')?.[0]), how }
    })
}
