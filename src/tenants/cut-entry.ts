import { entriesOf } from './entries-of.ts'
import { codeOf, tenantsIn } from './module-text.ts'

/**
 * Removes an entry from the `tenants: { … }` of a module's text, and leaves everything else unchanged. Undefined unless there
 * is exactly one such object and entry. The result must be read again before it replaces the file, since this function
 * only matches brackets.
 */
export const cutEntry = (text: string, tenant: string): string | undefined => {
  const code = codeOf(text)
  const tenants = tenantsIn(code)
  if (!tenants) return undefined
  const found = entriesOf(text, code, tenants.open, tenants.close).filter(({ name }) => name === tenant)
  const [entry] = found
  if (!entry || found.length > 1) return undefined
  // Including its line and a comment after it, if nothing else is on the line.
  const before = /(?:^|\n)[ \t]*$/.exec(code.slice(0, entry.from))
  const after = /^[ \t]*(?=\n|$)/.exec(code.slice(entry.to, tenants.close))
  return before && after
    ? text.slice(0, before.index) + text.slice(entry.to + after[0].length)
    : text.slice(0, entry.from) + text.slice(entry.to).replace(/^[ \t]+/, '')
}
