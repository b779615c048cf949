import type { Fields } from '../core/json.ts'
import { isCode } from '../core/errors.ts'
import type { Values } from '../core/operation.ts'
import type { Decision } from './decision.ts'
import { changedIn, decisionRows } from './decision-rows.ts'
import { byRoot } from './decide.ts'
import type { GeneratedName, Mapping } from './mapping.ts'
import type { TakenElsewhere } from './taken-names.ts'
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

/** Names that are asked for in one round. */
const namesAtOnce = 1000

/** Generated names among which a present one is recognised. */
const mostAlike = 1000

/** Properties whose value is a name that no other object has. */
type Name = GeneratedName | 'mail'

/** Where a name comes from. Only the patterns have another one if it is taken. */
type Origin = 'patterns' | 'memory' | 'feed'

interface Open {
  readonly n: number
  readonly decision: Decision
  readonly property: Name
  readonly candidates: Iterator<string>
  /** Number of the account, below 0 for a new one. */
  readonly own: number
  readonly values: Fields
  readonly origin: Origin
}

const given: Readonly<Record<'memory' | 'feed', string>> = {
  memory: 'The feed gave the person',
  feed: 'The feed has for the person',
}

const failed = (decision: Decision, of: 'failed' | 'conflict', why: string, fix: string): Decision => {
  // Of an account that exists, only the name stays.
  if (decision.action !== 'create') return { ...decision, notes: [...decision.notes, why] }
  const { wanted: _, ...rest } = decision
  return { ...rest, class: of, action: 'none', why, fix }
}

const taken = ({ decision, property, origin }: Open, name: string, by: string): Decision =>
  failed(
    decision,
    'conflict',
    `${given[origin as 'memory']} the ${property} ${name}, and another object has it: ${by}.`,
    'Correct the feed, or rename the other object.',
  )

/** Gives names to joiners, and to people whose name has changed. A name is free if no live or deleted object has it. */
export const decideNames = async (tables: Tables, mapping: Mapping, elsewhere: TakenElsewhere): Promise<void> => {
  const { sql } = tables
  const rows = decisionRows(tables)
  const holder = sql.prepare(
    `select coalesce(a.upn, case when n.account is null then 'another object' else 'another new account' end) as upn,
       coalesce(a.deleted, 0) as deleted
     from names n left join accounts a on a.n = n.account where n.name = ? and n.account is not ? limit 1`,
  )
  const reserve = sql.prepare('insert into names (name, account) values (?, ?)')
  const holderOf = (name: string, own: number): string | undefined => {
    const found = holder.get(name.toLowerCase(), own) as { upn: string; deleted: number } | undefined
    return found && `${found.upn}${found.deleted === 1 ? ', which is deleted' : ''}`
  }

  /** The next free name, which is then nobody else's. */
  const next = (open: Open): string | Decision => {
    const { candidates, decision, own, property, origin } = open
    try {
      for (let step = candidates.next(); !step.done; step = candidates.next()) {
        const by = holderOf(step.value, own)
        if (by === undefined) return step.value
        if (origin !== 'patterns') return taken(open, step.value, by)
      }
      return failed(
        decision,
        'failed',
        `All names that the patterns of ${property} make are taken.`,
        'Add {n} to a pattern, or add another pattern.',
      )
    } catch (error) {
      if (!isCode(error, 'ROW_INVALID')) throw error
      return failed(decision, 'failed', error.message, error.fix ?? 'Correct the row.')
    }
  }

  const named = ({ decision, property, values, origin }: Open, name: string): Decision => {
    if (decision.action === 'create' && origin === 'feed') return decision
    if (decision.action !== 'create') {
      const old = decision.account!.userPrincipalName
      return changedIn(decision, property, {
        action: decision.action === 'none' ? 'update' : decision.action,
        changes: { ...decision.changes, [property]: { old, new: name } },
      })
    }
    const wanted: Values = { ...decision.wanted, [property]: name }
    const reads = mapping.scope.properties.includes(property)
    return reads && !mapping.scope.owns(byRoot({ ...(values as Values), ...wanted }))
      ? failed(
          decision,
          'failed',
          `The new account would be outside the scope of the feed, ${mapping.scope.text}.`,
          'Correct the row, or the scope.',
        )
      : { ...decision, wanted }
  }

  /** Names that a person may have are asked for in rounds, the first free one of everybody at once. */
  const settle = async (all: readonly Open[]): Promise<void> => {
    for (let open = all; open.length > 0;) {
      const asked: (readonly [Open, string])[] = []
      tables.write(() => {
        for (const one of open) {
          const name = next(one)
          if (typeof name !== 'string') {
            rows.update(one.n, name)
            continue
          }
          reserve.run(name.toLowerCase(), one.own)
          asked.push([one, name])
        }
      })
      const addresses = asked.filter(([, name]) => name.includes('@')).map(([, name]) => name)
      const found = addresses.length === 0 ? new Map<string, string>() : await elsewhere(addresses)
      const again: Open[] = []
      tables.write(() => {
        for (const [one, name] of asked)
          if (!found.has(name)) rows.update(one.n, named(one, name))
          else if (one.origin !== 'patterns') rows.update(one.n, taken(one, name, found.get(name)!))
          else again.push(one)
      })
      open = again
    }
  }

  const pages = function* (where: string): Generator<readonly Unnamed[]> {
    const page = sql.prepare(`${unnamed} where ${where} and d.n > ? order by d.n limit ${namesAtOnce}`)
    for (let at = 0; ;) {
      const found = page.all(at) as unknown as readonly Unnamed[]
      if (found.length === 0) return
      yield found
      at = found.at(-1)!.n
    }
  }

  const open = (property: Name, one: Unnamed): Open[] => {
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

  /** Whether the present name is one that the patterns make of the person. */
  const isAlike = ({ decision, values }: Open): boolean => {
    const present = decision.account!.userPrincipalName.toLowerCase()
    const patterns = mapping.generated.get('userPrincipalName')
    if (!patterns) return String(values['userPrincipalName']).toLowerCase() === present
    let count = 0
    try {
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

  for (const property of ['userPrincipalName', 'mailNickname', 'mail'] as const) {
    if (property === 'mailNickname' && !mapping.generated.has(property)) continue
    for (const page of pages("d.class = 'joiner' and json_extract(d.value, '$.action') = 'create'"))
      await settle(page.flatMap(one => open(property, one)))
  }
  if (mapping.renames)
    for (const page of pages(
      "d.class in ('mover', 'unchanged') and a.deleted = 0 and a.synced <> 1 and p.standing <> 'leaver'",
    ))
      await settle(page.flatMap(one => open('userPrincipalName', one)).filter(one => !isAlike(one)))
}

const returning = `select d.n, d.value, o.upn from decisions d join people p on p.n = d.person join claims c on c.person = p.n
    join accounts a on a.n = c.account join names n on n.name = lower(a.upn) and n.account is not a.n join accounts o on o.n = n.account
  where d.class = 'rehire' and a.deleted = 1 group by d.n order by d.n`

/** People whose deleted account cannot come back, because another object has its name now. */
export const checkReturns = (tables: Tables): void => {
  const rows = decisionRows(tables)
  const all = tables.sql.prepare(returning).all() as unknown as readonly { n: number; value: string; upn: string }[]
  tables.write(() => {
    for (const { n, value, upn } of all) {
      const decision = JSON.parse(value) as Decision
      rows.update(n, {
        ...decision,
        class: 'conflict',
        action: 'none',
        changes: {},
        why: `The deleted account has the name ${decision.account!.userPrincipalName}, which another object has now: ${upn}.`,
        fix: 'Restore the account under another name, or rename the other object.',
      })
    }
  })
}
