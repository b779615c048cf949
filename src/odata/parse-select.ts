import { syntaxError } from './syntax-error.ts'

/**
 * Parses a `$select`: names separated by commas, without repeats, in the order given; `*` is everything. `checkSelect`
 * checks that the names are properties.
 *
 * @throws EntrapipeError `OPTION_INVALID` (facts: option, position from 1)
 */
export const parseSelect = (text: string): readonly string[] => {
  const names = new Set<string>()
  let at = 0
  for (const item of text.split(',')) {
    const name = item.trim()
    if (!/^(?:\*|[\p{L}_@][\p{L}\p{N}_.@/-]*)$/u.test(name)) {
      const space = /^([\p{L}_][\p{L}\p{N}_./-]*)[\s;]+(?=[\p{L}_])/u.exec(name)
      const hint = space ? `Names are separated by commas. Did you mean ${name.split(/[\s;]+/).join(',')}?` : undefined
      throw syntaxError({ option: '$select', at, expected: 'a property', got: name === '' ? 'nothing' : name, hint })
    }
    names.add(name)
    at += item.length + 1
  }
  return [...names]
}
