import { columnReader, named } from '../core/columns.ts'
import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'
import { kindInWords, type Fields } from '../core/json.ts'
import type { Transform } from '../core/parts.ts'
import type { Key } from '../core/row.ts'
import { isSecretColumn } from '../core/secret-columns.ts'
import { expectOptions, isNamed, isText, needed, oneOf, someText } from '../data/expect-options.ts'
import { firstFree, nameMaker, type NameOptions } from '../people/names.ts'

/** Options of `generateName`. */
export interface GenerateNameOptions extends NameOptions {
  /** The column of the name. A row that has a name there keeps it, and the name counts as taken. */
  readonly into: string
  /**
   * How a name is made of columns, the first choice first: `{givenName:1}.{surname}{n}@contoso.com`. `{column:1}` is its first
   * letter, `{column:first}` its first word. `{n}` is nothing, then 2, 3 and so on, until the name is free.
   */
  readonly patterns: string | readonly string[]
  /** A column for what is before the `@`, if the row has nothing there. */
  readonly mailNickname?: string
}

/**
 * Makes a user principal name or a mail nickname for each row: Latin letters without marks, digits, hyphens, and what the
 * pattern adds; at most 64 characters before the `@` and 48 after it. A pattern is skipped if one of its columns is empty or
 * its name is too long, and when all its names are taken. Names of earlier rows count as taken, in upper or lower case; they
 * are kept in the run's store, so memory does not grow. Names in the directory do not count. A row for which no name can be
 * made, or whose own name an earlier row has, is rejected with `ROW_INVALID`.
 *
 * @throws EntrapipeError `OPTION_INVALID` at once
 * @see https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy#userprincipalname-policies-that-apply-to-all-user-accounts
 */
export const generateName = <T extends Fields>(options: GenerateNameOptions): Transform<T, Fields> => {
  expectOptions('generateName', options, {
    into: needed('a column for the name'),
    patterns: needed('a pattern of names, or several', isPatterns),
    mailNickname: someText,
    between: oneOf('', '-', '_', '.'),
    umlauts: oneOf('o', 'oe'),
    cyrillic: oneOf('russian', 'bulgarian', 'macedonian', 'serbian', 'ukrainian'),
    chinese: oneOf('pinyin'),
    letters: { mustBe: 'letters and their replacements in Latin letters', fits: isLetters },
  })
  const { into, patterns, mailNickname, ...how } = options
  const maker = nameMaker(typeof patterns === 'string' ? [patterns] : patterns, how)
  const reads = maker.columns.map(named)
  const made = [into, ...(mailNickname === undefined ? [] : [mailNickname])]
  const ownOf = textReader(into)
  const nicknameOf = textReader(mailNickname ?? '')
  const secret = [...made, ...reads.map(({ name }) => name)].some(isSecretColumn)
  return {
    kind: 'generate-name',
    describe: async () => given({ into, patterns, mailNickname, ...how }),
    reads,
    columns: known => ({ ...known, names: [...new Set([...known.names, ...made])] }),
    open(ctx) {
      const taken = ctx.store.map<Key>('names', { secret })
      const holderOf = (name: string): Key | undefined => taken.getAll([name.toLowerCase()])[0]
      return ({ key, value }) => {
        const own = ownOf(value)
        const holder = own === '' ? undefined : holderOf(own)
        if (holder !== undefined) throw held(own, into, holder)
        const name = own === '' ? firstFree(maker.namesOf(value), name => holderOf(name) === undefined) : own
        taken.setAll([[name.toLowerCase(), key]])
        const nickname = mailNickname === undefined || nicknameOf(value) !== '' ? {} : { [mailNickname]: localOf(name) }
        return { key, value: { ...value, [into]: name, ...nickname } }
      }
    },
  }
}

const isPatterns = (given: unknown): boolean =>
  isText(given) || (Array.isArray(given) && given.length > 0 && given.every(isText))

const isLetters = (given: unknown): boolean =>
  isNamed(given) &&
  Object.entries(given).every(([from, to]) => from !== '' && typeof to === 'string' && /^[a-z0-9-]*$/i.test(to))

const localOf = (name: string): string => name.split('@')[0]!

/** Reads a column that is text or empty. */
const textReader = (column: string): ((row: Fields) => string) => {
  const read = columnReader(column)
  return row => {
    const value = read(row) ?? ''
    if (typeof value !== 'string')
      throw new EntrapipeError('ROW_INVALID', `${column} is ${kindInWords(value)}, not text.`, { facts: { column } })
    return value.trim()
  }
}

const held = (name: string, column: string, holder: Key): EntrapipeError =>
  new EntrapipeError('ROW_INVALID', `${column} ${JSON.stringify(name)} is the name of row ${holder}.`, {
    facts: { column },
    fix: 'Give one of the two rows another name, or none to have one made.',
  })
