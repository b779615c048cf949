import type { Decision, DecisionClass } from './decision.ts'
import type { Tables } from './tables.ts'

/** A decision with the number of its person. */
export interface DecisionRow {
  readonly n: number
  readonly person: number | null
  readonly decision: Decision
}

interface Stored {
  readonly n: number
  readonly person: number | null
  readonly value: string
}

/** Writes and reads the table `decisions`. */
export const decisionRows = ({ sql }: Tables) => {
  const insert = sql.prepare('insert into decisions (n, person, class, key, account, value) values (?, ?, ?, ?, ?, ?)')
  const update = sql.prepare('update decisions set class = ?, value = ? where n = ?')
  return {
    insert({ n, person, decision }: DecisionRow): void {
      insert.run(n, person, decision.class, decision.key, decision.account?.id ?? null, JSON.stringify(decision))
    },
    update(n: number, decision: Decision): void {
      update.run(decision.class, JSON.stringify(decision), n)
    },
  }
}

/** Decisions in the order of the keys, all or those of some classes. */
export const decisionsOf = function* ({ sql }: Tables, classes?: readonly DecisionClass[]): Generator<DecisionRow> {
  const where = classes === undefined ? '' : `where class in (${classes.map(() => '?').join(', ')})`
  const all = sql.prepare(`select n, person, value from decisions ${where} order by n`).iterate(...(classes ?? []))
  for (const { n, person, value } of all as unknown as Iterable<Stored>)
    yield { n, person, decision: JSON.parse(value) as Decision }
}

/** An unchanged person of whom something changes after all. */
export const changedIn = (decision: Decision, what: string, changes: Partial<Decision>): Decision => ({
  ...decision,
  ...changes,
  ...(decision.class === 'unchanged'
    ? { class: 'mover', why: `Changed: ${what}.` }
    : { why: decision.class === 'mover' ? `${decision.why.replace(/\.$/, '')}, ${what}.` : decision.why }),
})
