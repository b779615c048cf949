import type { Fields } from '../../core/json.ts'
import type { Transform } from '../../core/parts.ts'
import { nearest } from '../../data/nearest.ts'

interface AbsentProperties {
  /** Looks at the rows as they pass; only until each property was there once. */
  readonly watch: Transform<Fields, Fields>
  /** A sentence for each property that no row had; none as long as no row came. */
  readonly told: () => readonly string[]
}

/** Finds out which properties of a filter no row has: they are null everywhere, and nothing else would show a typing error. */
export const absentProperties = (names: readonly string[]): AbsentProperties => {
  const absent = new Set(names.filter(name => !name.startsWith('@')))
  let seen: readonly string[] | undefined
  return {
    watch: {
      kind: 'watch',
      open: () => row => {
        if (absent.size === 0) return row
        seen ??= Object.keys(row.value)
        for (const name of absent) if (name in row.value) absent.delete(name)
        return row
      },
    },
    told: () =>
      seen === undefined
        ? []
        : [...absent].map(name => {
            const near = nearest(name, seen!)
            return `No row had a property ${name}, so it was null in every one${near ? `; did you mean ${near}?` : ': was it exported?'}`
          }),
  }
}
