import { given } from '../../core/given.ts'
import { objectKinds } from '../../core/object-kinds.ts'
import type { Operation, Removal, Values } from '../../core/operation.ts'
import type { Entry, LedgerReader } from '../../store/ledger-types.ts'
import type { RunReader } from '../../store/run-store.ts'
import { valueOf } from './looks.ts'

/** Rows read from the ledger at once. */
const pageRows = 5_000

/** What would be taken away from the objects of one kind, or from a list of one of them. */
export interface Removals {
  /** `remove` is about a list of the object `of`, such as the members of a group. */
  readonly what: Removal
  readonly changes: Operation['changes']
  readonly of: string | undefined
  /** What the objects lose, if it is in no list of them. */
  readonly loss?: string
  /** Path of the objects of which these are a part. */
  readonly path: string
  count: number
}

const verbs: Readonly<Record<Removal, string>> = {
  delete: 'delete',
  disable: 'disable',
  remove: 'remove',
  rename: 'change the user principal name of',
}

/** What removals do to objects, as a verb. */
export const removalVerb = ({ what, loss }: Pick<Removals, 'what' | 'loss'>): string =>
  loss === undefined ? verbs[what] : `take ${loss} from`

/** Counts the effect of a change. Returns whether it removes something. */
type Effect = (operation: Operation, value: Values, before: Values) => boolean

interface Counter {
  readonly add: Effect
  readonly removals: () => readonly Removals[]
}

/** The id in the path of a list of an object. */
const ownerIn = (path: string): string | undefined => /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/i.exec(path)?.[0]

/** The key of removals that are counted together. */
const kindOf = ({ what, loss = '', path }: Removals): string => `${what} ${loss} ${path}`

/** Adds up removals of the same kind. */
export const joinRemovals = (all: readonly Removals[]): readonly Removals[] =>
  [...Map.groupBy(all, kindOf).values()].map(same => ({
    ...same[0]!,
    count: same.reduce((sum, { count }) => sum + count, 0),
  }))

/** Counts what changes take away, by the objects of which that is a part. */
export const removalCounter = (): Counter => {
  const found = new Map<string, Removals>()
  return {
    add(operation, value, before) {
      const what = operation.removal?.(value, before)
      if (what === undefined) return false
      const { kind: changes, count } = operation.losers?.(value, before) ?? { kind: operation.changes, count: 1 }
      const path = operation.removesFrom?.(value) ?? objectKinds[changes].path
      const of = operation.removesFrom && ownerIn(path)
      const removal = { what, changes, of, path, count, ...given({ loss: operation.loss }) }
      const same = found.get(kindOf(removal))
      if (same) same.count += count
      else found.set(kindOf(removal), removal)
      return true
    },
    removals: () => [...found.values()],
  }
}

/** Whether an earlier process has sent the row, and no reply says that it had no effect. */
export const isSpent = ({ state, outcome }: Entry): boolean =>
  state === 'sent' || outcome === 'done' || outcome === 'unknown'

/** Whether the row has had an effect, as far as its result says. */
export const isSettled = ({ outcome }: Entry): boolean => outcome === 'done' || outcome === 'unknown'

/** Whether the row has no result. */
export const isLeft = ({ state }: Entry): boolean => state !== 'settled'

/** Counts the rows of a phase that are wanted. */
const addRows = async (
  ledger: LedgerReader,
  operationOf: (kind: string) => Operation,
  isWanted: (entry: Entry) => boolean,
  effect: Effect,
): Promise<void> => {
  for (let after = 0; ;) {
    const page = await ledger.entries({ after, limit: pageRows })
    for (const entry of page)
      if (isWanted(entry)) effect(operationOf(entry.row.kind), valueOf(entry), entry.before ?? {})
    if (page.length < pageRows) return
    after = page.at(-1)!.ordinal
  }
}

/** Returns what the wanted rows of phases take away. */
export const countRemovals = async (
  run: Pick<RunReader, 'phase'>,
  phases: readonly string[],
  operationOf: (kind: string) => Operation,
  isWanted: (entry: Entry) => boolean,
): Promise<readonly Removals[]> => {
  const counter = removalCounter()
  for (const name of phases) await addRows(run.phase(name).ledger(), operationOf, isWanted, counter.add)
  return counter.removals()
}
