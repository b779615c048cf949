import { codeOf, tenantsIn } from './module-text.ts'

/**
 * A module's text with one entry more at the end of its `tenants: { … }`; all else stays as it was, comments too.
 * Undefined when there is not exactly one such object, or it is not closed: then a person has to write the entry.
 * What comes out has to be read again before it replaces anything, since this knows brackets, not the language.
 *
 * @param entry the lines as `printEntry` gives them
 */
export const insertEntry = (text: string, entry: string): string | undefined => {
  const code = codeOf(text)
  const tenants = tenantsIn(code)
  if (!tenants) return undefined
  const { open, close } = tenants
  const last = code.slice(0, close).trimEnd().length - 1
  const comma = last === open || code[last] === ',' ? '' : ','
  const before = `${text.slice(0, last + 1)}${comma}${text.slice(last + 1, close).trimEnd()}`
  const line = code.slice(code.lastIndexOf('\n', open) + 1, open)
  const indent = /^\s*/.exec(line)![0]
  return `${before}\n${entry},\n${indent}${text.slice(close)}`
}
