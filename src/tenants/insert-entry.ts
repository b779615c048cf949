import { codeOf, tenantsIn } from './module-text.ts'

/**
 * Appends an entry to the `tenants: { … }` of a module's text, and leaves everything else unchanged, including comments.
 * Undefined unless there is exactly one such object and it is closed. The result must be read again before it replaces the
 * file, since this function only matches brackets.
 *
 * @param entry lines from `printEntry`
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
