import { readFileSync } from 'node:fs'
import { codePlaceOf, shownPlace } from '../core/code-location.ts'

/** Finds what is written in a mapping file, so that its mistakes have lines of their own. Places are such as `contoso-hr.ts:12`. */
export interface Written {
  /** The place of the call that has everything. */
  readonly at: string | undefined
  /** The place of a property: that with this text as its value, or the only one of this name. @default `at` */
  property(name: string, value?: unknown): string | undefined
  /** The place of a text, if it is written once. @default `at` */
  text(text: string): string | undefined
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const named = (name: string): string => `(?<![\\w$/'"\`])(['"\`]?)${escaped(name)}\\1\\s*:`
const quoted = (text: string, group: number): string => `(['"\`])${escaped(text)}\\${group}`

const linesOf = (path: string): readonly string[] => {
  try {
    return readFileSync(path, 'utf8').split('\n')
  } catch {
    return []
  }
}

/** What is written in the file that calls a function of ours. It is read when something is looked for. */
export const written = (): Written => {
  const place = codePlaceOf(new Error())
  const at = place && shownPlace(place)
  let lines: readonly string[] | undefined
  const once = (pattern: string): string | undefined => {
    if (!place) return undefined
    const found = (lines ??= linesOf(place.path)).flatMap((line, index) =>
      Array.from(line.matchAll(new RegExp(pattern, 'g')), () => index + 1),
    )
    return found.length === 1 ? shownPlace({ path: place.path, line: found[0]! }) : undefined
  }
  const text = (wanted: string): string | undefined => once(quoted(wanted, 1))
  return {
    at,
    text: wanted => text(wanted) ?? at,
    property: (name, value) =>
      (typeof value === 'string' ? once(`${named(name)}\\s*${quoted(value, 2)}`) : undefined) ??
      once(named(name)) ??
      (typeof value === 'string' ? text(value) : undefined) ??
      at,
  }
}
