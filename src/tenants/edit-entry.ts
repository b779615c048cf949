import type { TenantConfig } from './config.ts'
import { entriesOf } from './entries-of.ts'
import { closing, codeOf, tenantsIn } from './module-text.ts'
import { printProperty } from './print-entry.ts'

/**
 * Changes values in an entry of the `tenants: { … }` of a module's text, and leaves everything else unchanged, including
 * comments. Undefined unless there is exactly one such object and entry, and the entry is a plain object. The result must be
 * read again before it replaces the file, since this function only matches brackets.
 *
 * @param changed the properties to change or add
 */
export const editEntry = (text: string, tenant: string, changed: Partial<TenantConfig>): string | undefined => {
  const code = codeOf(text)
  const tenants = tenantsIn(code)
  if (!tenants) return undefined
  const [entry, another] = entriesOf(text, code, tenants.open, tenants.close).filter(({ name }) => name === tenant)
  if (!entry || another) return undefined
  const open = /^(?:"[^"]*"|[\w$]+)\s*:\s*\{/.exec(code.slice(entry.from, entry.to))
  if (!open) return undefined
  const start = entry.from + open[0].length - 1
  const end = closing(code, start)
  if (end === undefined) return undefined
  const properties = entriesOf(text, code, start, end)
  const first = properties[0]
  if (!first) return undefined
  const indent = /(?<=\n)[ \t]*$/.exec(text.slice(0, first.from))?.[0]
  const edits = Object.entries(changed).map(([name, value]) => {
    const printed = printProperty(name, value, indent ?? '')
    const old = properties.find(property => property.name === name)
    if (!old)
      return { from: first.from, to: first.from, text: `${printed},${indent === undefined ? ' ' : `\n${indent}`}` }
    const to = code[old.to - 1] === ',' ? old.to - 1 : old.to
    return { from: old.from, to, text: printed }
  })
  return edits
    .sort((a, b) => b.from - a.from)
    .reduce((now, { from, to, text: put }) => now.slice(0, from) + put + now.slice(to), text)
}
