import { offboardingTold } from '../../catalogue/offboarding/leavers.ts'
import { given } from '../../core/given.ts'
import type { Json } from '../../core/json.ts'
import { decisionsTold, untouchedIn, type DecisionSummary } from '../../hr/decision-summary.ts'
import { switchedOff } from '../../hr/switched-off.ts'
import type { StoreReader } from '../../store/store.ts'
import { count, counted } from '../report/words.ts'
import { offboardingLines } from './offboarding-lines.ts'

const titles: Readonly<Record<DecisionSummary['classes'][number]['class'], string>> = {
  joiner: 'joiners',
  rehire: 'rehires',
  mover: 'movers',
  leave: 'leave of absence',
  leaver: 'leavers',
  deletion: 'deletions',
  waiting: 'waiting',
  unchanged: 'unchanged',
  conflict: 'conflicts',
  unmatched: 'accounts without a person',
  failed: 'failed rows',
}

/** Properties that are listed. */
const mostProperties = 12

const table = (rows: readonly (readonly [string, string, string])[]): readonly string[] => {
  const [first, second] = [0, 1].map(at => Math.max(0, ...rows.map(row => row[at]!.length))) as [number, number]
  return rows.map(([name, number, more]) => `  ${name.padEnd(first)}  ${number.padStart(second)}  ${more}`.trimEnd())
}

/** What a part told, as text; undefined if it is only for programs. */
export const toldLines = ({
  name,
  value,
}: {
  readonly name: string
  readonly value: Json
}): readonly string[] | undefined =>
  name === decisionsTold ? decisionLines(value) : name === offboardingTold ? offboardingLines(value) : undefined

const kinds: Readonly<Record<string, readonly [one: string, several: string]>> = {
  '/users': ['page of users', 'pages of users'],
  '/users/$count': ['count of users', 'counts of users'],
  '/directory/deletedItems/microsoft.graph.user': ['page of deleted users', 'pages of deleted users'],
  '/groups': ['name among groups', 'names among groups'],
  '/users/{id}/memberOf/microsoft.graph.group': ['list of groups of a leaver', 'lists of groups of leavers'],
  '/contacts': ['name among contacts', 'names among contacts'],
}

const readLines = (reads: DecisionSummary['reads']): readonly string[] => {
  const all = Object.entries(reads)
  if (all.length === 0) return []
  const parts = all.map(([path, many]) =>
    counted(many, ...(kinds[path] ?? ([`request to ${path}`, `requests to ${path}`] as const))),
  )
  return [`Read for this: ${parts.join(', ')}.`]
}

/** What a feed means, as a table of its classes and of the properties that change. */
const decisionLines = (value: Json): readonly string[] => {
  const { isFirst, classes, properties, onPremises, reads } = value as object as DecisionSummary
  const changed = Object.entries(properties)
  const rest = changed.length - mostProperties
  return [
    ...(isFirst
      ? ['No earlier feed is remembered: this one counts as the first. Nobody is a leaver by absence yet.']
      : []),
    'The feed and the directory:',
    ...table(
      classes.map(({ class: of, people, offBy, names }) => [
        titles[of],
        count(people),
        [
          ...Object.entries(offBy).map(
            ([option, off]) => `${off === people ? '' : `${count(off)} `}${switchedOff(option)}`,
          ),
          ...(names.length > 0 ? [`${names.join(', ')}${people > names.length ? ' …' : ''}`] : []),
        ].join('; '),
      ]),
    ),
    ...(changed.length > 0
      ? [
          'People with changes, by property:',
          ...table(changed.slice(0, mostProperties).map(([name, many]) => [name, count(many), ''])),
          ...(rest > 0 ? [`  and ${counted(rest, 'more property', 'more properties')}`] : []),
        ]
      : []),
    ...(onPremises > 0
      ? [`${counted(onPremises, 'value')} can only be changed in Active Directory: --ad-file writes them to a file.`]
      : []),
    ...readLines(reads),
  ]
}

/** What is said of people about whom nothing was done. */
const untouchedLine = (people: number): string =>
  `${people === 1 ? 'One person in the feed has a failed row, or is' : `${count(people)} people in the feed have failed rows, or are`} in conflict: nothing was done for ${people === 1 ? 'that person' : 'them'}. For the reasons, see the report that --report writes.`

/** What a run has told of its decisions, if it has made any: for programs, how many people nothing was done about, and notes for the end. */
export const decisionsIn = async (
  run: Pick<StoreReader, 'loadNote'>,
): Promise<{ readonly decisions?: Json; readonly untouched: number; readonly notes: readonly string[] }> => {
  const decisions = await run.loadNote(`told/${decisionsTold}`)
  const untouched = untouchedIn(decisions)
  return { ...given({ decisions }), untouched, notes: untouched > 0 ? [untouchedLine(untouched)] : [] }
}
