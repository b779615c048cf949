import { EntrapipeError, type Code } from '../core/errors.ts'

interface SyntaxFault {
  /** `$filter`, `$orderby` … */
  readonly option: string
  /** Offset, from 0. */
  readonly at: number
  readonly expected: string
  readonly got: string
  /** A sentence that suggests a correction. */
  readonly hint?: string | undefined
}

/** `FILTER_INVALID` for `$filter`, otherwise `OPTION_INVALID`. The facts `option` and `position` (from 1) reveal no value. */
export const syntaxError = ({ option, at, expected, got, hint }: SyntaxFault): EntrapipeError => {
  const code: Code = option === '$filter' ? 'FILTER_INVALID' : 'OPTION_INVALID'
  const sentence = `${option}, at character ${at + 1}: expected ${expected}, got ${got}.`
  return new EntrapipeError(code, hint === undefined ? sentence : `${sentence} ${hint}`, {
    facts: { option, position: at + 1 },
  })
}
