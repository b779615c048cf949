import { EntrapipeError } from '../core/errors.ts'

/** So deep may the arrays and objects of a value be nested. A directory's are four deep; hostile ones fill the memory. */
export const maxDepth = 100

/** The error of a value that is nested deeper. */
export const tooDeep = (where: string): EntrapipeError =>
  new EntrapipeError(
    'INPUT_MALFORMED',
    `${where} has a value nested over ${maxDepth} deep; rows are not nested so deeply`,
  )

const quote = 34
const backslash = 92

const isOpening = (code: number): boolean => code === 91 || code === 123
const isClosing = (code: number): boolean => code === 93 || code === 125

/** Whether there are so many openings that a value might be nested too deep. It hops from one to the next. */
const hasManyOpenings = (text: string): boolean => {
  let left = maxDepth
  for (const opening of ['{', '['])
    for (let at = text.indexOf(opening); at >= 0; at = text.indexOf(opening, at + 1)) if (left-- === 0) return true
  return false
}

/** Whether the arrays and objects of a JSON text are nested over `maxDepth` deep; what stands in strings is not counted. */
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
