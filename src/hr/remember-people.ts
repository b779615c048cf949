import type { OperationRow } from '../core/operation.ts'
import type { Remembered } from './candidate.ts'
import { sameKey } from './claims.ts'
import type { Decision } from './decision.ts'
import { effectMemory, effects, type Became } from './effects.ts'
import type { GeneratedName } from './mapping.ts'
import { stepsOf } from './steps-of.ts'
import type { Tables } from './tables.ts'

/** What became of a step of a person. */
export interface Performed {
  /** Key of the decision. */
  readonly key: string
  /** Name of the operation. */
  readonly operation: string
  readonly outcome: string
  /** Id of the object that was created. */
  readonly id?: string | undefined
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
}

/** The columns of `people`, as the memory and a run have them. */
export const personColumns = 'person, key, seen, account, names, class, since'
/** As many parameters. */
export const personPlaces = '?, ?, ?, ?, ?, ?, ?'

/** Writes a row of `people`. */
export const writePerson = (statement: ReturnType<Tables['sql']['prepare']>, row: PersonRow): void => {
  const { person, key, seen, account, names, class: of, since } = row
  statement.run(person, key, seen, account, names, of, since)
}

const happened = (outcome: string): boolean => outcome === 'done' || outcome === 'unchanged'

const generatedNames: readonly GeneratedName[] = ['userPrincipalName', 'mailNickname']

/** The generated names among the properties of a new account, and those that a person had. */
const namesAfter = (known: PersonRow | undefined, wanted: Decision['wanted']): string =>
  JSON.stringify({
    ...(JSON.parse(known?.names ?? '{}') as object),
    ...Object.fromEntries(
      generatedNames.flatMap(name => (typeof wanted?.[name] === 'string' ? [[name, wanted[name]]] : [])),
    ),
  })

/** What the feed says of a person. */
export interface Standing {
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

/** Whether the account of a leaver was disabled. */
const isDisabled = ({ action, account }: Decision, all: readonly Performed[]): boolean =>
  account?.enabled === false ||
  (action === 'disable' && all.some(({ operation, outcome }) => operation === 'disable-user' && happened(outcome)))

/** When a run acts on a feed. */
interface Acting {
  /** Number of the feed in the memory. */
  readonly ordinal: number
  /** The day, in the time zone of the run. */
  readonly today: string
}

/** What is remembered of people. Its functions are called within a transaction of the memory. */
export const personMemory = (memory: Tables, { ordinal, today }: Acting) => {
  const before = memory.sql.prepare(`select ${personColumns} from people where person = ?`)
  const insert = memory.sql.prepare(`insert or replace into people (${personColumns}) values (${personPlaces})`)
  const forget = memory.sql.prepare('delete from effects where account = ?')
  const known = effectMemory(memory, today)
  const rowOf = (key: string): PersonRow | undefined => before.get(sameKey(key)) as PersonRow | undefined

  const put = (old: PersonRow | undefined, row: PersonRow): void => {
    writePerson(insert, row)
    // Nothing of what was done to another account holds for this one.
    if (old && old.account !== null && old.account !== row.account) forget.run(old.account)
  }

  /** What the directory shows of a decision besides its rows. */
  const observe = (decision: Decision, { standing }: Standing, all: readonly Performed[]): void => {
    const { account, action, changes, off } = decision
    if (!account || off !== undefined) return
    const steps = stepsOf(decision).length
    const isDone = all.filter(({ outcome }) => happened(outcome)).length >= steps
    if (standing === null || standing === 'leaver') {
      if (isDone && !account.deleted) known.put(account.id, effects.settled)
      return
    }
    for (const name of [effects.settled, effects.sessions]) known.drop(account.id, name)
    // It was enabled in the bin, and still is.
    if (action === 'restore' && account.enabled && changes['accountEnabled'] === undefined)
      known.drop(account.id, effects.disabled)
  }

  return {
    /** Remembers what a feed says of a person, and what became of it. @param at of the person in the feed; nothing if it has none */
    remember(decision: Decision, at: Standing | undefined, all: readonly Performed[]): void {
      const { key, class: of, account: held } = decision
      const old = rowOf(key)
      const seen = at === undefined ? (old?.seen ?? ordinal) : ordinal
      if (of === 'failed' || of === 'conflict') {
        if (old) put(old, { ...old, seen })
        return
      }
      const created = all.find(({ operation, outcome }) => operation === 'create-user' && happened(outcome))
      const standing = at ?? { standing: null, starts: null }
      const next = classAfter(decision, standing, isDisabled(decision, all)) ?? old?.class
      const account = created?.id ?? held?.id ?? old?.account ?? null
      if (next === undefined && account === null) return
      const now = next ?? 'active'
      const since = old?.class === now ? old.since : today
      const names = namesAfter(old, decision.wanted)
      put(old, { person: sameKey(key), key, seen, account, names, class: now, since })
      if (of !== 'waiting' && of !== 'unmatched') observe(decision, standing, all)
    },
    /** The change is about to be sent. */
    begin: (change: OperationRow): void => known.begin(change),
    /** Remembers what became of a change, while its run continues. */
    follow(key: string, change: OperationRow, became: Became): void {
      known.settle(change, became)
      if (change.kind !== 'create-user' || became.id === undefined || !happened(became.outcome)) return
      const old = rowOf(key)
      const isOff = change.value['accountEnabled'] === false
      const row = old ?? { key, seen: ordinal, class: isOff ? ('prehire' as const) : ('active' as const), since: today }
      put(old, { ...row, person: sameKey(key), account: became.id, names: namesAfter(old, change.value) })
    },
  }
}
