import { parseSelect } from './parse-select.ts'
import { syntaxError } from './syntax-error.ts'

/** A relation to expand. */
export interface Expand {
  readonly relation: string
  readonly select?: readonly string[]
  /** `$levels`: how often the relation is followed (`manager`); `max` for all levels. */
  readonly levels?: number | 'max'
}

/**
 * Parses an `$expand` of directory objects: one relation, with optional `$select` and `$levels`.
 *
 * @throws EntrapipeError `OPTION_INVALID` (facts: option, position from 1), also for more than one relation
 */
export const parseExpand = (text: string): Expand => {
  const fail = (at: number, expected: string, got: string, hint?: string): never => {
    throw syntaxError({ option: '$expand', at, expected, got: got === '' ? 'the end' : got, hint })
  }
  const found = /^\s*([\p{L}_*][\p{L}\p{N}_./]*)\s*(?:\((.*)\))?\s*$/su.exec(text)
  if (!found?.[1]) {
    const comma = /^[^(,]*(?:\([^)]*\)[^(,]*)?,/.exec(text)
    return comma
      ? fail(comma[0].length - 1, 'the end', text.slice(comma[0].length - 1), 'Only one relation can be expanded.')
      : fail(0, 'a relation such as manager or members($select=id)', text)
  }
  const [, relation, options] = found
  if (relation === '*') return fail(text.indexOf('*'), 'one relation by its name', '*')
  let expand: Expand = { relation }
  if (options === undefined) return expand
  let at = text.indexOf('(') + 1
  for (const option of options.split(';')) {
    const [, name = '', value = ''] = /^\s*(\$?\w*)\s*=?\s*(.*?)\s*$/s.exec(option) ?? []
    if (name === '$select') expand = { ...expand, select: parseSelect(value) }
    else if (name === '$levels' && /^(?:max|[1-9]\d*)$/.test(value))
      expand = { ...expand, levels: value === 'max' ? 'max' : Number(value) }
    else return fail(at, name === '$levels' ? "a number or 'max' for $levels" : '$select or $levels', option.trim())
    at += option.length + 1
  }
  return expand
}
