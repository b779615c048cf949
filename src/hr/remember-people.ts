import type { Remembered } from './candidate.ts'
import { sameKey } from './claims.ts'
import type { Decision } from './decision.ts'
import type { GeneratedName } from './mapping.ts'
import { membershipMemory } from './memberships.ts'
import type { Tables } from './tables.ts'

/** What a run did about a person. */
export interface Performed {
  /** Key of the decision. */
  readonly key: string
  /** Name of the operation. */
  readonly operation: string
  readonly outcome: string
  /** Id of the object that was created. */
  readonly id?: string | undefined
  /** Of a membership: the group as the decision names it. */
  readonly group?: string | null | undefined
  /** It was sent and refused. */
  readonly isRefused?: boolean
}

/** A row of the table `people` of a memory. */
export interface PersonRow {
  readonly person: string
  readonly key: string
  readonly seen: number
  readonly account: string | null
  readonly names: string
  readonly class: Remembered['class']
  readonly since: string
  readonly disabled: number
}

/** The columns of `people`, as the memory and a run have them. */
export const personColumns = 'person, key, seen, account, names, class, since, disabled'
/** As many parameters. */
export const personPlaces = '?, ?, ?, ?, ?, ?, ?, ?'

/** Writes a row of `people`. */
export const writePerson = (statement: ReturnType<Tables['sql']['prepare']>, row: PersonRow): void => {
  const { person, key, seen, account, names, class: of, since, disabled } = row
  statement.run(person, key, seen, account, names, of, since, disabled)
}

const happened = (outcome: string): boolean => outcome === 'done' || outcome === 'unchanged'

const generatedNames: readonly GeneratedName[] = ['userPrincipalName', 'mailNickname']

const namesIn = ({ wanted }: Decision): Readonly<Record<string, string>> =>
  Object.fromEntries(
    generatedNames.flatMap(name => (typeof wanted?.[name] === 'string' ? [[name, wanted[name]]] : [])),
  ) as Readonly<Record<string, string>>

interface Standing {
  readonly standing: string | null
  readonly starts: string | null
}

/** The class that is remembered of a person; undefined if it stays as it was. */
const classAfter = (
  { class: of, off, account }: Decision,
  { standing, starts }: Standing,
  isDisabled: boolean,
): Remembered['class'] | undefined => {
  if (off !== undefined || of === 'waiting' || of === 'unmatched') return undefined
  if (standing === null || standing === 'leaver') return isDisabled || account?.deleted ? 'leaver' : undefined
  if (starts !== null) return 'prehire'
  return standing === 'leave' ? 'leave' : 'active'
}

/** Whether the account was enabled or disabled. */
const isSwitched = ({ changes }: Decision, to: boolean, all: readonly Performed[]): boolean =>
  changes['accountEnabled']?.new === to &&
  all.some(
    ({ operation, outcome }) =>
      [to ? 'enable-user' : 'disable-user', 'update-user'].includes(operation) && happened(outcome),
  )

/** When a run acts on a feed. */
interface Acting {
  /** Number of the feed in the memory. */
  readonly ordinal: number
  /** The day, in the time zone of the run. */
  readonly today: string
}

/** What is remembered of people. Its functions are called within a transaction of the memory. */
export const personMemory = (tables: Tables, memory: Tables, { ordinal, today }: Acting) => {
  const standing = tables.sql.prepare('select standing, starts from people where n = ?')
  const before = memory.sql.prepare(`select ${personColumns} from people where person = ?`)
  const put = memory.sql.prepare(`insert or replace into people (${personColumns}) values (${personPlaces})`)
  const memberships = membershipMemory(memory)

  const rememberPerson = (decision: Decision, number: number | null, all: readonly Performed[]): void => {
    const person = sameKey(decision.key)
    const known = before.get(person) as PersonRow | undefined
    const seen = number === null ? (known?.seen ?? ordinal) : ordinal
    if (decision.class === 'failed' || decision.class === 'conflict') {
      if (known) writePerson(put, { ...known, seen })
      return
    }
    const created = all.find(({ operation, outcome }) => operation === 'create-user' && happened(outcome))
    const [on, off] = [isSwitched(decision, true, all), isSwitched(decision, false, all)]
    const disabled = off || (created !== undefined && decision.wanted?.['accountEnabled'] === false)
    const at = (number === null ? undefined : (standing.get(number) as unknown as Standing)) ?? {
      standing: null,
      starts: null,
    }
    const next = classAfter(decision, at, off || decision.account?.enabled === false) ?? known?.class
    const account = created?.id ?? decision.account?.id ?? known?.account ?? null
    const names = { ...(JSON.parse(known?.names ?? '{}') as object), ...namesIn(decision) }
    if (next === undefined && account === null) return
    const now = next ?? 'active'
    const since = known?.class === now ? known.since : today
    writePerson(put, {
      person,
      key: decision.key,
      seen,
      account,
      names: JSON.stringify(names),
      class: now,
      since,
      disabled: disabled ? 1 : on ? 0 : (known?.disabled ?? 0),
    })
  }

  const rememberMemberships = (decision: Decision, all: readonly Performed[]): void => {
    for (const { operation, outcome, group, isRefused = false } of all) {
      if (group === undefined || group === null) continue
      if (operation === 'add-member') memberships.added(sameKey(decision.key), group, outcome, isRefused)
      if (operation === 'remove-member') memberships.removed(sameKey(decision.key), group, outcome)
    }
  }

  return {
    /** Remembers all that a run has done about a person. @param number of the person in the feed; null if it has none */
    remember(decision: Decision, number: number | null, all: readonly Performed[]): void {
      rememberPerson(decision, number, all)
      if (decision.class !== 'failed' && decision.class !== 'conflict') rememberMemberships(decision, all)
    },
    /** Remembers something that was done about a person, while the run goes on. */
    follow(decision: Decision, number: number | null, some: readonly Performed[]): void {
      if (some.some(({ outcome }) => happened(outcome))) rememberPerson(decision, number, some)
      rememberMemberships(decision, some)
    },
    /** The membership is about to be added. */
    begin: (decision: Decision, group: string): void => memberships.begin(sameKey(decision.key), group),
  }
}
