import { EntrapipeError } from '../core/errors.ts'

/** The maximum nesting of a value. A directory's values are four levels deep; hostile ones exhaust memory. */
export const maxDepth = 100

/** The error for a value that is nested too deeply. */
export const tooDeep = (where: string): EntrapipeError =>
  new EntrapipeError(
    'INPUT_MALFORMED',
    `${where} has a value nested more than ${maxDepth} levels deep, which is not supported`,
  )

const quote = 34
const backslash = 92

const isOpening = (code: number): boolean => code === 91 || code === 123
const isClosing = (code: number): boolean => code === 93 || code === 125

/** Whether the text has enough opening brackets to be nested too deeply. Jumps from one to the next. */
const hasManyOpenings = (text: string): boolean => {
  let left = maxDepth
  for (const opening of ['{', '['])
    for (let at = text.indexOf(opening); at >= 0; at = text.indexOf(opening, at + 1)) if (left-- === 0) return true
  return false
}

/** Whether arrays and objects in a JSON text are nested more than `maxDepth` levels deep. Strings are ignored. */
export const isTooDeep = (text: string): boolean => {
  if (!hasManyOpenings(text)) return false
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (quoted) {
      if (code === backslash) at++
      else if (code === quote) quoted = false
    } else if (code === quote) quoted = true
    else if (isOpening(code) && ++depth > maxDepth) return true
    else if (isClosing(code)) depth--
  }
  return false
}
