import type {
  Decision,
  Finding,
  Looked,
  Operation,
  OperationContext,
  Ready,
  Removal,
  Values,
} from '../../core/operation.ts'
import type { Identity } from '../../core/graph.ts'
import { isFields, type Json } from '../../core/json.ts'
import { objectKinds } from '../../core/object-kinds.ts'
import { writing } from '../../data/written-properties.ts'
import { expectProperty, isReadOnly, type Written } from '../properties/expect-property.ts'
import { completed, gathered } from '../properties/gather.ts'
import { differing, isUnchanged, toBeChanged } from '../properties/same.ts'
import { isDenied, refused } from '../replies/refused.ts'
import { seenAfterLoss } from '../replies/verdicts.ts'
import { invalid } from '../values/expect.ts'
import { idIn, nameIn, notFound, ofOne, settleOne } from './one.ts'
import { liveSeen, valuesOf } from './read.ts'

/** How objects of a kind are updated. */
interface Update {
  readonly of: Written
  readonly title: string
  /** Properties that say where an object is mastered. */
  readonly mastery: readonly string[]
  /** Why these properties, `department` or `employeeOrgData/division`, cannot be changed through Graph; undefined if they can. */
  readonly mastered: (paths: readonly string[], seen: Values, own: Identity | undefined) => Finding | undefined
  /** Completes the wanted values from other properties of the object. */
  readonly derived?: {
    /** Properties that are read for it; none where nothing is derived. */
    readonly from: (wanted: Values) => readonly string[]
    readonly values: (wanted: Values, before: Values) => Values
  }
  readonly removal?: (change: Values) => Removal | undefined
  /** What to do about a change that Graph denied, if its properties tell. */
  readonly fixOfDenied?: (change: Values) => string | undefined
  /** A property whose values no two objects share, and which can be changed. */
  readonly unique?: string
  /** Finds out why changes cannot be made, whatever the object is; called with all changes of some rows at once. */
  readonly checked?: (
    changes: readonly Values[],
    context: OperationContext,
  ) => Promise<(change: Values) => Finding | undefined>
  /** A property that a file may have beside the id. There it is only compared: another column has its new value. */
  readonly beside?: { readonly property: string; readonly changedBy: string }
}

/** The properties that a row sets. */
const wantedIn = (value: Values): Values => value['properties'] as Values

/** The properties that must be equal to those of the directory. */
const comparedIn = (value: Values): Values => (value['same'] as Values | undefined) ?? {}

/** Changes properties of objects. Only what differs from the directory is sent. */
export const updateOf = ({
  of,
  title,
  mastery,
  mastered,
  derived,
  removal,
  fixOfDenied,
  unique,
  checked,
  beside,
}: Update): Operation => {
  const { noun, word, path } = objectKinds[of]
  /** The values to send: those that differ, completed. */
  const changeOf = (value: Values, before: Values): Values => {
    const given = wantedIn(value)
    const wanted = completed(of, { ...derived?.values(given, before), ...given }, before)
    return Object.fromEntries(toBeChanged(wanted, before).map(name => [name, wanted[name] ?? null]))
  }
  /** The properties that are read for a row. */
  const readFor = (value: Values): readonly string[] => {
    const wanted = wantedIn(value)
    return [...Object.keys(wanted), ...(derived?.from(wanted) ?? [])]
  }
  return {
    ...ofOne(`update-${noun}`, of),
    columns: { ...ofOne(`update-${noun}`, of).columns, properties: of },
    title,
    isSame: isUnchanged,
    repeat: () => 'never',
    accept(values) {
      const { [of]: _, properties: nested, same: compared, ...flat } = values
      const { columns, same } = separated(flat, beside)
      const given = gathered(of, { ...columns, ...(nested as Values | undefined) })
      const equal = same ?? (compared as Values | undefined)
      const properties: Record<string, Json> = {}
      for (const [name, value] of Object.entries(given)) {
        // A read-only column of an export may stay, if it is equal to the directory.
        if (!isReadOnly(of, name)) expectProperty(of, name, value)
        properties[name] = value
      }
      if ('passwordProfile' in properties)
        throw invalid(
          'passwordProfile',
          'An update does not set passwords.',
          'Remove the column, and use `entrapipe users reset-password`.',
        )
      return { [of]: nameIn(of, values), properties, ...(equal && { same: equal }) }
    },
    async look(values, context) {
      const asked = values.flatMap(value => [...readFor(value), ...Object.keys(comparedIn(value))])
      const names = [...new Set([...asked, ...context.expected])]
      const seen = await liveSeen(
        of,
        values.map(value => idIn(of, value)),
        [...names, ...mastery],
        context,
      )
      const own = await context.graph.signedInAs?.(context.signal)
      const befores = values.map((value, at) => {
        const found = seen[at]
        return found && valuesOf(found, [...new Set([...readFor(value), ...context.expected])])
      })
      const changes = values.map((value, at) => (befores[at] ? changeOf(value, befores[at]) : {}))
      const refusal = await checked?.(changes, context)
      return values.map((value, at): Looked => {
        const found = seen[at]
        if (!found) return notFound(of, idIn(of, value))
        const others = differing(comparedIn(value), found)
        if (others.length > 0 && beside) return notEqual(others, beside.changedBy)
        const [before, change] = [befores[at]!, changes[at]!]
        const changed = Object.keys(change)
        if (changed.length === 0)
          return { outcome: 'unchanged', id: found.id, message: 'The directory already has these values.' }
        return (
          readOnly(of, changed) ??
          mastered(pathsOf(change, before), found, own) ??
          refusal?.(change) ?? { send: before }
        )
      })
    },
    ...(removal && { removal: (value: Values, before: Values) => removal(changeOf(value, before)) }),
    ...(unique !== undefined && {
      renames(value: Values, before: Values) {
        const [frees, takes] = [before[unique], changeOf(value, before)[unique]]
        if (typeof frees !== 'string' || typeof takes !== 'string') return undefined
        return { frees: frees.toLowerCase(), takes: takes.toLowerCase() }
      },
    }),
    request: ([row]) => ({
      method: 'PATCH',
      url: `${path}/${idIn(of, row!.value)}`,
      body: changeOf(row!.value, row!.before),
    }),
    settle(rows, reply) {
      const [{ value, before }] = rows as readonly [Ready]
      const fix = isDenied(reply) ? fixOfDenied?.(changeOf(value, before)) : undefined
      return fix === undefined ? settleOne(of, rows, reply) : [{ ...refused(reply), fix }]
    },
    async decide(rows, context) {
      const changes = rows.map(({ value, before }) => changeOf(value, before))
      const ids = rows.map(({ value }) => idIn(of, value))
      const seen = await liveSeen(of, ids, [...new Set(changes.flatMap(change => Object.keys(change)))], context)
      return rows.map(({ before }, at): Decision => {
        const [found, change] = [seen[at], changes[at]!]
        if (!found) return { unknown: `No reply came, and then the ${word} was deleted.` }
        const open = toBeChanged(change, found)
        if (open.length === 0) return seenAfterLoss(found.id)
        if (Object.keys(change).every(name => isUnchanged(name, before[name], found[name]))) return 'not-done'
        return {
          unknown: `No reply came, and ${open.join(', ')} has neither the earlier nor the new value: somebody else changed the ${word}.`,
        }
      })
    },
    inverse(value, before) {
      const change = changeOf(value, before)
      const properties = valuesOf(before, Object.keys(change))
      return { kind: `update-${noun}`, value: { [of]: idIn(of, value), properties }, expected: change }
    },
  }
}

/** What a change changes: properties, and of complex ones the members. */
const pathsOf = (change: Values, before: Values): readonly string[] =>
  Object.entries(change).flatMap(([name, value]) => {
    const held = before[name]
    if (!isFields(value)) return [name]
    return toBeChanged(value as Values, isFields(held) ? (held as Values) : {}).map(member => `${name}/${member}`)
  })

/** The columns without the one that is only compared, and that one. */
const separated = (
  flat: Values,
  beside: Update['beside'],
): { readonly columns: Values; readonly same: Values | undefined } => {
  if (!beside) return { columns: flat, same: undefined }
  const { [beside.property]: current, [beside.changedBy]: changed, ...others } = flat
  return {
    columns: { ...others, ...(changed !== undefined && { [beside.property]: changed }) },
    same: current === undefined ? undefined : { [beside.property]: current },
  }
}

const notEqual = (names: readonly string[], changedBy: string): Finding => ({
  outcome: 'failed',
  code: 'READ_ONLY',
  message: `${names.join(', ')} differs from the directory. Beside an id, it is only compared.`,
  fix: `Remove the column, or write the new value to a column ${changedBy}.`,
})

const readOnly = (of: Written, changed: readonly string[]): Finding | undefined => {
  const names = changed.filter(name => isReadOnly(of, name))
  if (names.length === 0) return undefined
  const instead = names.flatMap(name => writing[of].elsewhere[name] ?? [])
  return {
    outcome: 'failed',
    code: 'READ_ONLY',
    message: `${names.join(', ')} cannot be changed, and ${names.length === 1 ? 'differs' : 'differ'} from the directory.`,
    fix: ['Remove the column.', ...instead].join(' '),
  }
}
