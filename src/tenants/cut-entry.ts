import { entriesOf } from './entries-of.ts'
import { codeOf, tenantsIn } from './module-text.ts'

/**
 * A module's text without one entry of its `tenants: { … }`; all else stays as it was. Undefined when there is not exactly
 * one such object or entry: then a person has to take it out. What comes out has to be read again before it replaces
 * anything, since this knows brackets, not the language.
 */
export const cutEntry = (text: string, tenant: string): string | undefined => {
  const code = codeOf(text)
  const tenants = tenantsIn(code)
  if (!tenants) return undefined
  const found = entriesOf(text, code, tenants.open, tenants.close).filter(({ name }) => name === tenant)
  const [entry] = found
  if (!entry || found.length > 1) return undefined
  // With the line it stands on, and a comment behind it, where nothing else is there.
  const before = /(?:^|\n)[ \t]*$/.exec(code.slice(0, entry.from))
  const after = /^[ \t]*(?=\n|$)/.exec(code.slice(entry.to, tenants.close))
  return before && after
    ? text.slice(0, before.index) + text.slice(entry.to + after[0].length)
    : text.slice(0, entry.from) + text.slice(entry.to).replace(/^[ \t]+/, '')
}
