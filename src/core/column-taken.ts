import { EntrapipeError } from './errors.ts'

/**
 * The error for a column that would get the name of another column, whose values would be lost.
 *
 * @param done as "renamed to"
 */
export const columnTaken = (
  code: 'OPTION_INVALID' | 'ROW_INVALID',
  column: string,
  done: string,
  into: string,
): EntrapipeError =>
  new EntrapipeError(code, `${column} cannot be ${done} ${into}, because there is already a column ${into}`, {
    facts: { column },
    fix: 'Use another new name, or rename or remove the existing column first.',
  })

/** @throws EntrapipeError `OPTION_INVALID` if two columns would get the same new name */
export const expectUniqueNames = (made: readonly string[]): void => {
  const twice = made.find((name, at) => made.indexOf(name) !== at)
  if (twice !== undefined)
    throw new EntrapipeError('OPTION_INVALID', `Expected unique new names, got ${JSON.stringify(twice)} twice`)
}
