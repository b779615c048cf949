import { isCode } from '../core/errors.ts'
import type { Fields } from '../core/json.ts'
import type { Values } from '../core/operation.ts'
import type { Decision } from './decision.ts'
import type { GeneratedName, Mapping } from './mapping.ts'
import type { Tables } from './tables.ts'
import { valueAt } from './value-at.ts'

/** A person who gets a name. */
interface Unnamed {
  readonly n: number
  readonly value: string
  readonly wanted: string
  readonly row: string
  readonly names: string | null
  readonly account: number | null
  readonly held: string | null
}

const unnamed = `select d.n, d.value, p.wanted, f.row, r.names, a.n as account, a.value as held
  from decisions d join people p on p.n = d.person join feed f on f.n = p.feed left join remembered r on r.person = p.person
    left join claims c on c.person = p.n left join accounts a on a.n = c.account`

/** People of one page. */
const peopleAtOnce = 1000

/** Generated names among which a present one is recognised. */
const mostAlike = 1000

/** Properties whose value is a name that no other object has. */
type Name = GeneratedName | 'mail'

/** Where a name comes from. Only the patterns have another one if it is taken. */
type Origin = 'patterns' | 'memory' | 'feed'

/** A name that is to be found. */
export interface Open {
  readonly n: number
  readonly decision: Decision
  readonly property: Name
  readonly candidates: Iterator<string>
  /** Number of the account, below 0 for a new one. */
  readonly own: number
  readonly values: Fields
  readonly origin: Origin
}

/** People who may need a name, some at a time, in the order of their keys. @param where of the query `unnamed` */
export const unnamedPeople = function* ({ sql }: Tables, where: string): Generator<readonly Unnamed[]> {
  const page = sql.prepare(`${unnamed} where ${where} and d.n > ? order by d.n limit ${peopleAtOnce}`)
  for (let at = 0; ;) {
    const found = page.all(at) as unknown as readonly Unnamed[]
    if (found.length === 0) return
    yield found
    at = found.at(-1)!.n
  }
}

/** The name that a person gets, none if the person gets none. */
export const openName = (mapping: Mapping, property: Name, one: Unnamed): readonly Open[] => {
  const decision = JSON.parse(one.value) as Decision
  const names = (JSON.parse(one.names ?? '{}') as Readonly<Record<string, string>>)[property]
  const held = JSON.parse(one.held ?? '{}') as Fields
  const kept = mapping.properties.map(({ path }) => [path, valueAt(held, path)] as const)
  const wanted = JSON.parse(one.wanted) as Values
  const values = {
    ...(JSON.parse(one.row) as Fields),
    ...Object.fromEntries(kept.filter(([, value]) => value !== null)),
    ...wanted,
  }
  const patterns = mapping.generated.get(property as GeneratedName)
  const remembered = decision.action === 'create' ? names : undefined
  const fixed = patterns ? remembered : wanted[property]
  if (!patterns && typeof fixed !== 'string') return []
  const origin: Origin = fixed === undefined ? 'patterns' : patterns ? 'memory' : 'feed'
  const candidates = fixed === undefined ? patterns!.namesOf(values)[Symbol.iterator]() : [fixed as string].values()
  return [{ n: one.n, decision, property, candidates, own: one.account ?? -one.n, values, origin }]
}

/** Whether something of which the patterns make the name differs from the directory, or the feed has the name itself. */
export const isOfChangedName = ({ generated, properties }: Mapping, { decision }: Open): boolean => {
  const patterns = generated.get('userPrincipalName')
  return (
    !patterns ||
    properties.some(
      ({ path, from }) =>
        decision.changes[path] !== undefined &&
        patterns.columns.some(name => name === path || from.columns.includes(name)),
    )
  )
}

/** The person keeps the name, which the patterns do not make. */
export const kept = ({ decision }: Open): Decision => ({
  ...decision,
  notes: [
    ...decision.notes,
    `The user principal name ${decision.account!.userPrincipalName} is none of those that the patterns make. It stays, since no name of the person has changed.`,
  ],
})

/** Whether the present name is one that the patterns make of the person. */
export const isAlike = ({ generated }: Mapping, { decision, values }: Open): boolean => {
  const present = decision.account!.userPrincipalName.toLowerCase()
  const patterns = generated.get('userPrincipalName')
  if (!patterns) return String(values['userPrincipalName']).toLowerCase() === present
  try {
    let count = 0
    for (const name of patterns.namesOf(values)) {
      if (name.toLowerCase() === present) return true
      if (++count >= mostAlike) return false
    }
  } catch (error) {
    // Of a person without a name nothing can be made: the present one stays.
    if (!isCode(error, 'ROW_INVALID')) throw error
    return true
  }
  return false
}
