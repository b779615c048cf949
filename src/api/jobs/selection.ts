import { EntrapipeError } from '../../core/errors.ts'
import type { Json } from '../../core/json.ts'
import { objectOf } from '../schemas.ts'

/** Users that are chosen in one way. */
export interface Term {
  readonly op?: 'also' | 'only' | 'except'
  readonly group?: string | readonly string[]
  readonly transitive?: boolean
  readonly filter?: string
  readonly has?: string | readonly string[]
  readonly without?: string | readonly string[]
  readonly ids?: readonly string[]
  readonly upload?: string
}

const name = { type: 'string', minLength: 1, maxLength: 1000 }
const names = { anyOf: [name, { type: 'array', items: name, minItems: 1 }] }

/** The schema of a selection. */
export const selectionSchema = {
  type: 'array',
  minItems: 1,
  maxItems: 100,
  description:
    'Users. The first term chooses some; each later one adds users, keeps only its users, or leaves its users out.',
  items: objectOf(
    {
      op: { type: 'string', enum: ['also', 'only', 'except'], description: 'Of all terms but the first.' },
      group: { ...names, description: 'Members of groups: ids or names.' },
      transitive: { type: 'boolean', description: 'Also members of groups in the groups.' },
      filter: { ...name, maxLength: 10_000, description: 'OData.' },
      has: { ...names, description: 'Users who have one of these products.' },
      without: { ...names, description: 'Users who have none of these products.' },
      ids: { type: 'array', items: name, minItems: 1, description: 'Ids, user principal names or mail addresses.' },
      upload: { type: 'string', format: 'uuid', description: 'Users of a file. Of the first term only.' },
    },
    ['op', 'group', 'transitive', 'filter', 'has', 'without', 'ids', 'upload'],
  ),
}

const invalid = (message: string, fix?: string): EntrapipeError =>
  new EntrapipeError('OPTION_INVALID', message, fix === undefined ? {} : { fix })

/** The words of a term, as parameters have them. */
const wordsOf = ({
  group = [],
  has = [],
  without = [],
  ids = [],
  filter,
  transitive,
}: Term): readonly (readonly [string, string])[] => [
  ...[group].flat().map(each => ['group', each] as const),
  ...[has].flat().map(each => ['has', each] as const),
  ...[without].flat().map(each => ['without', each] as const),
  ...ids.map(each => ['id', each] as const),
  ...(filter === undefined ? [] : [['filter', filter] as const]),
  ...(transitive ? [['transitive', 'true'] as const] : []),
]

/** A selection as parameters of the pipelines of licences. */
interface SelectionParams {
  readonly params: { readonly [name: string]: Json }
  /** Later terms, by how they change what is chosen. */
  readonly terms: { readonly [how: string]: readonly string[] }
  readonly upload: string | undefined
}

/** @throws EntrapipeError `OPTION_INVALID` */
export const selectionParamsOf = ([first = {}, ...later]: readonly Term[]): SelectionParams => {
  if (first.op !== undefined) throw invalid('The first term of a selection has no op.', 'Leave op out there.')
  if (first.upload === undefined && wordsOf(first).length === 0)
    throw invalid(
      'The first term of a selection chooses no users.',
      'Give it group, filter, has, without, ids or upload.',
    )
  const params: Record<string, Json> = {}
  for (const [word, value] of wordsOf(first))
    if (word === 'transitive') params[word] = true
    else if (word === 'filter') params[word] = value
    else params[word] = [...((params[word] as readonly string[] | undefined) ?? []), value]
  const terms: Record<string, string[]> = {}
  for (const [at, term] of later.entries()) {
    if (term.op === undefined)
      throw invalid(`Term ${at + 2} of the selection has no op.`, 'Say whether it is also, only or except.')
    if (term.upload !== undefined)
      throw invalid(
        `Term ${at + 2} of the selection is an upload, and only the first one can be.`,
        'Put it first, or send ids.',
      )
    const words = wordsOf(term)
    if (words.length === 0) throw invalid(`Term ${at + 2} of the selection chooses no users.`)
    ;(terms[term.op] ??= []).push(...words.map(([word, value]) => `${at + 1}:${word}=${value}`))
  }
  return { params, terms, upload: first.upload }
}
