import { columnUnknown } from '../../core/column-unknown.ts'
import { EntrapipeError } from '../../core/errors.ts'

interface Asked {
  readonly names: readonly [old: string, now: string]
  readonly key: readonly string[]
  readonly columns?: readonly string[] | undefined
  readonly ignore: readonly string[]
}

/** The columns that are compared. */
export interface Compared {
  /** In the order of the old input. Without the key. */
  readonly properties: readonly string[]
  /** What is not compared, as sentences. */
  readonly notes: readonly string[]
}

/**
 * Chooses the columns to compare from those that the inputs have.
 *
 * @throws EntrapipeError `COLUMN_UNKNOWN` if an input lacks a column of `key` or `columns`, or both one of `ignore`; `OPTION_INVALID`
 */
export const compared = (
  old: readonly string[],
  now: readonly string[],
  { names, key, columns, ignore }: Asked,
): Compared => {
  const [inOld, inNew] = [new Set(old), new Set(now)]
  for (const [option, wanted] of [['`key`', key] as const, ['`columns`', columns ?? []] as const]) {
    expectIn(option, wanted, inOld, `which ${names[0]} does not have`)
    expectIn(option, wanted, inNew, `which ${names[1]} does not have`)
  }
  expectIn('`ignore`', ignore, new Set([...old, ...now]), `which neither ${names[0]} nor ${names[1]} has`)
  const ignored = ignore.find(name => key.includes(name))
  if (ignored !== undefined)
    throw new EntrapipeError('OPTION_INVALID', `\`ignore\` names ${ignored}, which is part of the key.`)
  const apart = new Set([...key, ...ignore])
  const wanted = [...new Set(columns ?? old.filter(name => inNew.has(name)))]
  const onlyIn = (one: readonly string[], other: ReadonlySet<string>) =>
    one.filter(name => !other.has(name) && !apart.has(name))
  return {
    properties: wanted.filter(name => !apart.has(name)),
    notes: columns ? [] : [...noted(onlyIn(old, inNew), names[0]), ...noted(onlyIn(now, inOld), names[1])],
  }
}

const expectIn = (option: string, wanted: readonly string[], there: ReadonlySet<string>, why: string): void => {
  const absent = wanted.filter(column => !there.has(column))
  if (absent.length > 0)
    throw columnUnknown(
      option,
      // An optional column gets no advice about question marks.
      absent.map(column => ({ name: column, optional: true })),
      [...there],
      why,
    )
}

const noted = (columns: readonly string[], name: string): readonly string[] =>
  columns.length === 0
    ? []
    : [
        `Only ${name} has ${columns.slice(0, 12).join(', ')}${columns.length > 12 ? ` and ${columns.length - 12} more` : ''}: not compared.`,
      ]
