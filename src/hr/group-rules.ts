import type { Values } from '../core/operation.ts'
import { isFields } from '../core/json.ts'
import { sameText } from '../core/same-text.ts'
import type { GroupRule, MappedProperty, Mistakes } from './mapping.ts'

const loose = (value: unknown): string => sameText(String(value))

/** The rules of a mapping, checked. */
export const groupRules = (
  given: unknown,
  properties: readonly MappedProperty[],
  mistakes: Mistakes,
): readonly GroupRule[] => {
  if (given === undefined) return []
  if (!Array.isArray(given)) {
    mistakes.add("groups needs a list of rules: [{ when: { department: 'Sales' }, group: 'Sales team' }].")
    return []
  }
  return (given as readonly unknown[]).flatMap((rule, at): GroupRule[] => {
    const where = `Rule ${at + 1} of groups`
    if (
      !isFields(rule) ||
      !isFields(rule['when']) ||
      typeof rule['group'] !== 'string' ||
      rule['group'].trim() === ''
    ) {
      mistakes.add(`${where} needs when and group: { when: { department: 'Sales' }, group: 'Sales team' }.`)
      return []
    }
    const conditions = Object.entries(rule['when'])
    if (conditions.length === 0) mistakes.add(`${where} has no condition in when.`)
    for (const [path, value] of conditions) {
      if (!properties.some(property => property.path === path))
        mistakes.add(`${where} names ${path}, which account does not have.`, mistakes.written.property(path, value))
      const words = Array.isArray(value) ? (value as readonly unknown[]) : [value]
      if (words.length === 0 || !words.every(word => typeof word === 'string' && word.trim() !== ''))
        mistakes.add(`${where} needs text for ${path}, or a list of texts.`, mistakes.written.property(path))
    }
    const sets = conditions.map(
      ([path, value]) =>
        [path, new Set((Array.isArray(value) ? (value as readonly unknown[]) : [value]).map(loose))] as const,
    )
    return [{ group: rule['group'].trim(), when: new Map(sets) }]
  })
}

/** The groups that an account with these properties, by path, is to be a member of. */
export const groupsOf = (rules: readonly GroupRule[], wanted: Values): readonly string[] => [
  ...new Set(
    rules
      .filter(({ when }) => [...when].every(([path, words]) => words.has(loose(wanted[path] ?? ''))))
      .map(({ group }) => group),
  ),
]
