import { EntrapipeError, type Code } from '../core/errors.ts'

interface SyntaxFault {
  /** `$filter`, `$orderby` … */
  readonly option: string
  /** From 0. */
  readonly at: number
  readonly expected: string
  readonly got: string
  /** A sentence: what was likely meant. */
  readonly hint?: string | undefined
}

/** `FILTER_INVALID` for `$filter`, else `OPTION_INVALID`. Facts: `option`, `position` (from 1), so that no value of the text is in them. */
export const syntaxError = ({ option, at, expected, got, hint }: SyntaxFault): EntrapipeError => {
  const code: Code = option === '$filter' ? 'FILTER_INVALID' : 'OPTION_INVALID'
  const sentence = `${option}, at character ${at + 1}: expected ${expected}, got ${got}.`
  return new EntrapipeError(code, hint === undefined ? sentence : `${sentence} ${hint}`, {
    facts: { option, position: at + 1 },
  })
}
