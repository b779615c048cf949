import type { Json } from '../core/json.ts'
import type { TenantConfig } from './config.ts'

const name = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : text(key))
const text = (value: string): string =>
  `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`

/** Formats a value as in handwritten code: names without quotes where possible, small objects on one line. */
const source = (value: Json, indent: string): string => {
  if (typeof value === 'string') return text(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(each => source(each as Json, '')).join(', ')}]`
  const entries = Object.entries(value as { readonly [key: string]: Json })
  const line = `{ ${entries.map(([key, inner]) => `${name(key)}: ${source(inner, '')}`).join(', ')} }`
  if (indent === '' || line.length <= 80) return line
  return `{\n${entries.map(([key, inner]) => `${indent}  ${name(key)}: ${source(inner, `${indent}  `)},\n`).join('')}${indent}}`
}

/** Formats one property of an entry, without a comma. @param indent of its line; empty for an entry on one line */
export const printProperty = (property: string, value: unknown, indent: string): string =>
  `${name(property)}: ${source(value as Json, indent)}`

/** Formats a tenant's entry for the `tenants: { … }` of a module, without a trailing comma. */
export const printEntry = (tenant: string, config: TenantConfig, indent = '    '): string => {
  const lines = Object.entries(config as unknown as { readonly [key: string]: Json })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${indent}  ${name(key)}: ${source(value, `${indent}  `)},\n`)
  return `${indent}${name(tenant)}: {\n${lines.join('')}${indent}}`
}

/** Formats a new `entrapipe.config.ts` with one tenant. */
export const printConfig = (tenant: string, config: TenantConfig): string =>
  `import { defineConfig } from 'entrapipe'\n\nexport default defineConfig({\n  tenants: {\n${printEntry(tenant, config)},\n  },\n})\n`
