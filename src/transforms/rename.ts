import type { Fields } from '../core/json.ts'
import type { Transform } from '../core/parts.ts'

/** Gives columns other names, old to new; the others and the order stay. */
export const rename = (names: { readonly [old: string]: string }): Transform<Fields, Fields> => ({
  kind: 'rename',
  describe: async () => ({ names }),
  open: () => row => {
    const value: Record<string, unknown> = {}
    for (const name of Object.keys(row.value)) value[Object.hasOwn(names, name) ? names[name]! : name] = row.value[name]
    return { key: row.key, value }
  },
})
