import { EntrapipeError } from '../core/errors.ts'
import { exactJson } from '../core/exact-json.ts'
import { isTooDeep, tooDeep } from './json-depth.ts'
import type { TextLine } from './text-lines.ts'
import { trailerOf, type Trailer } from './trailer.ts'

/**
 * How to handle a trailer, `{"$end":…}`. `required`: a missing trailer is an error. `optional`: a trailer is checked if
 * there is one. `none`: a trailer is ignored.
 */
export type TrailerRule = 'required' | 'optional' | 'none'

interface LineValue {
  readonly line: number
  readonly value: unknown
}

/** What is wrong with a line that is not JSON; undefined if it is truncated. */
const faultOf = (text: string, cause: unknown, isWhole: boolean): string | undefined => {
  if (/[\]}]\s*\r\s*[[{]/.test(text))
    return 'has several values, separated by \\r alone. Separate them by \\n, for example with tr "\\r" "\\n"'
  if (!isWhole) return undefined
  return /unterminated string/i.test(String(cause))
    ? 'ends inside a string. Write a line break in a string as \\n. Each line must be one JSON value'
    : 'is not valid JSON. Each line must be one JSON value'
}

const parsed = ({ line, text, isWhole }: TextLine, name: string): unknown => {
  if (isTooDeep(text)) throw tooDeep(`Line ${line} of ${name}`)
  try {
    return exactJson(text)
  } catch (cause) {
    const fault = faultOf(text, cause, isWhole)
    throw fault
      ? new EntrapipeError('INPUT_MALFORMED', `Line ${line} of ${name} ${fault}`, { cause, facts: { line } })
      : new EntrapipeError(
          'INPUT_CUT_OFF',
          `${name} is truncated in the middle of line ${line}. Get a complete copy and run it again`,
          {
            cause,
            facts: { line },
          },
        )
  }
}

/**
 * Parses JSON lines to values, and checks the trailer after them.
 *
 * @throws EntrapipeError `INPUT_MALFORMED` (facts: line) for an invalid line or a row after the trailer; `INPUT_CUT_OFF`
 *   for a truncated last line, a missing trailer, or a trailer with another number of rows
 */
export const jsonlValues = (name: string, rule: TrailerRule) => {
  let trailer: Trailer | undefined
  let rows = 0

  return {
    take(line: TextLine): LineValue | undefined {
      const value = parsed(line, name)
      const end = trailerOf(value)
      if (end) {
        if (rule === 'none') return undefined
        if (trailer) throw afterTrailer(line.line)
        trailer = end
        return undefined
      }
      if (trailer) throw afterTrailer(line.line)
      rows++
      return { line: line.line, value }
    },
    /** Call at the end of the input. */
    end(): Trailer | undefined {
      if (!trailer && rule === 'required')
        throw new EntrapipeError(
          'INPUT_CUT_OFF',
          `The input from ${name} ends without a trailer (rows read: ${rows}). If entrapipe wrote them, the previous command was interrupted and rows may be missing`,
          { facts: { rows }, fix: 'If another program wrote them, use --no-trailer.' },
        )
      if (trailer && trailer.rows !== rows)
        throw new EntrapipeError('INPUT_CUT_OFF', `The trailer of ${name} states ${trailer.rows} rows, got ${rows}`, {
          facts: { rows, counted: trailer.rows },
          fix: 'If a program in between drops rows on purpose, use --no-trailer.',
        })
      return trailer
    },
  }

  function afterTrailer(line: number): EntrapipeError {
    return new EntrapipeError('INPUT_MALFORMED', `Line ${line} of ${name} comes after the trailer`, {
      facts: { line },
      fix: 'If two streams were concatenated, read them separately.',
    })
  }
}
