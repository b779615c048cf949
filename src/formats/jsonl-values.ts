import { EntrapipeError } from '../core/errors.ts'
import { exactJson } from './exact-json.ts'
import { isTooDeep, tooDeep } from './json-depth.ts'
import type { TextLine } from './text-lines.ts'
import { trailerOf, type Trailer } from './trailer.ts'

/**
 * What to make of a trailer, `{"$end":…}`: `required` the end without one is an error, `optional` one that is there is
 * heeded, `none` one that is there is passed over.
 */
export type TrailerRule = 'required' | 'optional' | 'none'

interface LineValue {
  readonly line: number
  readonly value: unknown
}

const parsed = ({ line, text, isWhole }: TextLine, name: string): unknown => {
  if (isTooDeep(text)) throw tooDeep(`Line ${line} of ${name}`)
  try {
    return exactJson(text)
  } catch (cause) {
    throw isWhole
      ? new EntrapipeError(
          'INPUT_MALFORMED',
          `Line ${line} of ${name} is not JSON; each line has to be one JSON value`,
          {
            cause,
            facts: { line },
          },
        )
      : new EntrapipeError(
          'INPUT_CUT_OFF',
          `${name} breaks off in the middle of line ${line}; get all of it and run it again`,
          {
            cause,
            facts: { line },
          },
        )
  }
}

/**
 * Values of JSON lines, and the trailer after them.
 *
 * @throws EntrapipeError `INPUT_MALFORMED` (facts: line) for a line that is no JSON, or rows after the trailer;
 *   `INPUT_CUT_OFF` for a last line or a trailer that is missing or counts other rows
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
    /** To be called when the input has ended. */
    end(): Trailer | undefined {
      if (!trailer && rule === 'required')
        throw new EntrapipeError(
          'INPUT_CUT_OFF',
          `The rows from ${name} end without their trailer after ${rows}: the command before this one died or was stopped, so some may be missing. For rows of other programs, which write none, use --no-trailer`,
          { facts: { rows } },
        )
      if (trailer && trailer.rows !== rows)
        throw new EntrapipeError(
          'INPUT_CUT_OFF',
          `The trailer of ${name} counts ${trailer.rows} rows, ${rows} came. Where a program in between drops rows on purpose, use --no-trailer`,
          { facts: { rows, counted: trailer.rows } },
        )
      return trailer
    },
  }

  function afterTrailer(line: number): EntrapipeError {
    return new EntrapipeError(
      'INPUT_MALFORMED',
      `Line ${line} of ${name} comes after the trailer; were two streams put together? Read them one by one, or use --no-trailer`,
      { facts: { line } },
    )
  }
}
