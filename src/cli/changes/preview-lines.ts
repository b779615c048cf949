import type { OutcomeCounts } from '../../core/result.ts'
import type { Notable, Operations } from '../../core/operation.ts'
import { objectKinds } from '../../core/object-kinds.ts'
import { removalVerb, type Removals } from '../../engine/changes/count-removals.ts'
import type { Preview } from '../../engine/changes/tally.ts'
import type { NamedNeed } from '../../engine/changes/units-in-turn.ts'
import type { Organization } from '../../tenants/organization.ts'
import { joined } from '../../core/joined.ts'
import type { Impact } from '../../licensing/impact/impact.ts'
import { impactLines } from '../licenses/impact-lines.ts'
import { count, counted, duration } from '../report/words.ts'
import type { Estimate } from './estimate.ts'
import { meaningsOf } from './meanings.ts'
import { sampleLine, withNames, type SampleNames } from './sample-names.ts'
import { uncheckedLine } from './summary.ts'

/** What is shown before changes are sent. */
export interface Previewed {
  readonly tenant: { readonly name: string; readonly id: string }
  /** Undefined if it may not be read. */
  readonly organization: Organization | undefined
  readonly preview: Preview
  readonly outcomes: OutcomeCounts
  /** Number of failed rows that contradict other rows. */
  readonly conflicts: number
  /** Number of failed rows that would change what Active Directory masters. */
  readonly mastered: number
  /** Number of skipped rows whose plans would conflict by a rule that is known. */
  readonly knownConflicts: number
  readonly estimate: Estimate
  readonly operations: Operations
}

/** `Contoso (contoso.com)`, or the name in the configuration. */
export const directoryName = ({ tenant, organization }: Pick<Previewed, 'tenant' | 'organization'>): string =>
  organization
    ? `${organization.displayName}${organization.defaultDomain ? ` (${organization.defaultDomain})` : ''}`
    : tenant.name

/** `deletes 12 users`, `removes 3 members of group/…`. */
const removalWords = (removal: Removals, names: SampleNames): string => {
  const { changes, of, path, count: many } = removal
  const word = path.includes('Eligib') ? 'eligible role' : objectKinds[changes].word
  if (of === undefined) return `${removalVerb(removal).replace(/^\w+/, '$&s')} ${counted(many, word)}`
  const noun = path.endsWith('/owners') ? 'owner' : 'member'
  return `removes ${counted(many, noun)} of the ${word} ${withNames(of, names)}`
}

/** A preview as text. @param names of objects that it mentions */
export const previewLines = (previewed: Previewed, names: SampleNames = new Map()): readonly string[] => {
  const { tenant, preview, outcomes, conflicts, mastered, knownConflicts, estimate, operations } = previewed
  const kinds = Object.keys(preview.send)
  const titleOf = (kind: string): string => operations(kind)?.title ?? kind
  const table = [
    ...kinds.map(kind => [titleOf(kind), preview.send[kind]!] as const),
    ...(outcomes.unchanged > 0 ? [['Unchanged', outcomes.unchanged] as const] : []),
    ...(outcomes.failed > 0 ? [['Failed, not sent', outcomes.failed] as const] : []),
    ...(outcomes.skipped > 0 ? [['Skipped', outcomes.skipped] as const] : []),
  ]
  const width = Math.max(0, ...table.map(([name]) => name.length))
  return [
    `Directory ${directoryName(previewed)}, id ${tenant.id}:`,
    ...(table.length === 0 ? ['  no rows'] : table.map(([name, many]) => `  ${name.padEnd(width)}  ${count(many)}`)),
    ...(conflicts > 0 ? [`  ${counted(conflicts, 'row')} contradict each other, so none of them is sent`] : []),
    ...(mastered > 0
      ? [
          `  ${counted(mastered, 'row')} ${mastered === 1 ? 'fails' : 'fail'}: Active Directory masters what ${mastered === 1 ? 'it changes' : 'they change'}`,
        ]
      : []),
    // The table of an impact has this number, and those of units.
    ...(knownConflicts > 0 && preview.impacts.length === 0
      ? [
          `  conflicts known: ${count(knownConflicts)}, whose rows are skipped since plans would exclude or lack each other`,
        ]
      : []),
    ...(preview.samples.length > 0 ? ['For example:'] : []),
    ...preview.samples.map(sample => `  ${sampleLine(sample, titleOf(sample.operation), names)}`),
    ...(preview.removals.length > 0
      ? [`This ${joined(preview.removals.map(each => removalWords(each, names)))}.`]
      : []),
    ...waitLines(preview),
    ...(preview.impacts.length > 0 ? [] : preview.units.map(unitLine)),
    ...notableLines(preview),
    ...Object.entries(preview.remarks).map(([remark, many]) => `${counted(many, 'row')}: ${remark}`),
    ...impactsLines(preview),
    ...meaningsOf(kinds),
    ...meaningsOf(Object.keys(preview.final).map(kind => `final ${kind}`)),
    ...finalLines(preview, titleOf),
    ...preview.notes,
    ...preview.unchecked.map(uncheckedLine),
    ...preview.stops.map(stopLine),
    ...(estimate.writes > 0
      ? [estimateWords(estimate)]
      : [`Nothing would be changed${Object.keys(preview.waits).length > 0 ? ' now' : ''}.`]),
  ]
}

/** What would stop the run, as sentences. */
export const stopLine = ({ why, fix }: Preview['stops'][number]): string => `The run would stop: ${why} ${fix}`

/** Each of several phases is counted by itself. */
const impactsLines = ({ impacts }: Preview): readonly string[] =>
  impacts.flatMap((impact, at) => [
    ...(impacts.length > 1
      ? [`Licences, change ${at + 1} of ${impacts.length}, counted as if the others were not made:`]
      : []),
    ...impactLines(impact as unknown as Impact),
  ])

/** `Seats of Microsoft 365 E5 (SPE_E5): 120 needed, 100 free, short by 20.` */
const unitLine = ({ name, takes, frees, free, short }: NamedNeed): string => {
  const parts = [
    ...(takes > 0 ? [`${count(takes)} needed`] : []),
    ...(takes > 0 && free !== undefined ? [`${count(free)} free`] : []),
    ...(frees > 0 ? [`${count(frees)} freed`] : []),
    ...(short > 0 ? [`short by ${count(short)}`] : []),
  ]
  return `${name}: ${parts.join(', ')}.`
}

const notableWords: Readonly<Record<Notable, readonly [one: string, several: string]>> = {
  guest: ['is about a guest', 'are about guests'],
  synced: ['is about a user synchronized from Active Directory', 'are about users synchronized from Active Directory'],
  mailbox: [
    'is about a disabled account with mail and no licence, which often is a shared mailbox',
    'are about disabled accounts with mail and no licence, which often are shared mailboxes',
  ],
  'synced-device': [
    'is about a device that is also in Active Directory: the next synchronization may bring it back',
    'are about devices that are also in Active Directory: the next synchronization may bring them back',
  ],
  microsoft: ['is about an app that Microsoft owns', 'are about apps that Microsoft owns'],
  'managed-identity': [
    'is about a managed identity, which Azure keeps with its resource',
    'are about managed identities, which Azure keeps with their resources',
  ],
  licensing: ['is about a group that assigns licences', 'are about groups that assign licences'],
  'last-owner': ['removes the last owner of a group', 'remove the last owners of groups'],
  'invitation-mail': ['sends an invitation mail', 'send invitation mails'],
}

const notableLines = ({ notable }: Preview): readonly string[] =>
  Object.entries(notable).map(([name, many]) => {
    const [one, several] = notableWords[name as Notable]
    return `${counted(many, 'row')} ${many === 1 ? one : several}.`
  })

const waitLines = ({ waits }: Preview): readonly string[] =>
  Object.entries(waits)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(
      ([at, many]) =>
        `${counted(many, 'change')} ${many === 1 ? 'waits' : 'wait'} until ${at}. \`entrapipe runs due\` makes ${many === 1 ? 'it' : 'them'} then, where nothing has changed since.`,
    )

/** What has no way back, by operation. */
const finalLines = ({ final }: Preview, titleOf: (kind: string) => string): readonly string[] =>
  Object.entries(final).map(([kind, many]) => `${titleOf(kind)}: ${counted(many, 'change')} cannot be undone.`)

const estimateWords = ({ requests, writes, seconds }: Estimate): string =>
  `${counted(requests, 'request')} to Graph, ${writes === 1 ? '1 of them a write' : `${count(writes)} of them writes`}${
    seconds === 0
      ? ", within the tenant's write quota"
      : `; about ${duration(seconds * 1000)} at the tenant's write quota`
  }.`
