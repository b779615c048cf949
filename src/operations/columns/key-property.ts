import { article } from '../../core/article.ts'
import { commandWords } from '../../core/command-words.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { nearest } from '../../core/nearest.ts'
import { objectKinds, type ObjectKind } from '../../core/object-kinds.ts'
import type { Named, Operation } from '../../core/operation.ts'
import { filterRules } from '../../data/filter-rules.ts'
import { meaningOf } from './known-columns.ts'
import { written } from './target.ts'

/** The property that names the object of a row. */
export interface KeyProperty {
  /** Its path, such as `onPremisesExtensionAttributes/extensionAttribute1`. */
  readonly property: string
  /** Whether an object is found by it without saying so. */
  readonly isUsual: boolean
}

/** The kind of the objects whose properties a column has: of members, which may be of several kinds, it is a user. */
export const kindOf = (as: Named['as']): ObjectKind => (as === 'object' || as === 'deleted' ? 'user' : as)

/** The value that names the object of a row: the last one. A group of members is another. */
export const keyValueOf = ({ names }: Operation['columns']): string | undefined => Object.keys(names).at(-1)

const invalid = (message: string, fix?: string): EntrapipeError =>
  new EntrapipeError('OPTION_INVALID', message, given({ fix }))

/**
 * The property that `--key` names. Graph must be able to find objects by it.
 *
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const keyProperty = ({ kind, columns }: Pick<Operation, 'kind' | 'columns'>, key: string): KeyProperty => {
  const value = keyValueOf(columns)
  if (value === undefined) throw invalid(`${commandWords(kind)} creates objects, so it has no key.`, 'Leave --key out.')
  const { as } = columns.names[value]!
  if (as === 'deleted') {
    if (/^(?:object)?id$/i.test(key)) return { property: 'id', isUsual: true }
    throw invalid(
      `${commandWords(kind)} finds deleted objects by their id only, not by ${key}.`,
      'Leave --key out, or write --key id.',
    )
  }
  const type = kindOf(as)
  const { by, word } = objectKinds[type]
  const usual = ['id', ...by]
  const found = meaningOf(type, key, false)
  const rules = filterRules(type)!
  if (found === undefined || found === 'computed') {
    const near = nearest(key, rules.paths)
    throw invalid(
      `Expected --key to be a property of ${article(word)}, got ${key}.${near ? ` Did you mean ${near}?` : ''}`,
    )
  }
  const { target } = found
  const property = written(target)
  if (usual.includes(property)) return { property, isUsual: true }
  const equal = target.type === 'Any' ? 'advanced' : rules.property(property)?.equal
  const isText = target.type === 'String' || target.type === 'Any'
  if (!isText || target.collection || equal === undefined || equal === 'no')
    throw invalid(
      `Graph cannot find ${article(word)} by ${property}.`,
      `Use a key such as ${usual.join(', ')}${type === 'user' ? ' or employeeId' : ''}.`,
    )
  return { property, isUsual: false }
}
