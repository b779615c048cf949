import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { countryCodes } from '../../data/country-codes.ts'
import { codeMeant } from '../../data/countries.ts'

/** What `--usage-location` says: one of them, or nothing. */
interface LocationOption {
  /** A code in upper case, or `country` for that of the user. */
  readonly usageLocation?: string
  /** The column of the file that has it. */
  readonly column?: string
}

/**
 * Parses `--usage-location`.
 *
 * @param hasColumns whether the command reads a file, so that `column:NAME` can be given
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const locationOption = (text: string | undefined, hasColumns = true): LocationOption => {
  if (text === undefined) return {}
  const [, column] = hasColumns ? (/^column:(.+)$/.exec(text) ?? []) : []
  if (column !== undefined) return { column }
  if (text.toLowerCase() === 'country') return { usageLocation: 'country' }
  if (countryCodes.has(text.toUpperCase())) return { usageLocation: text.toUpperCase() }
  throw new EntrapipeError(
    'OPTION_INVALID',
    `Expected --usage-location to be a two-letter country code (ISO 3166) such as DE${hasColumns ? ', column:NAME' : ''} or country, got ${JSON.stringify(text)}.`,
    given({ fix: codeMeant(text) }),
  )
}
