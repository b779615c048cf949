import { isCode } from '../core/errors.ts'
import type { Values } from '../core/operation.ts'
import { changedIn } from './decision-rows.ts'
import type { Decision } from './decision.ts'
import type { Mapping } from './mapping.ts'
import type { Open } from './open-names.ts'
import type { Tables } from './tables.ts'
import { ownsNew } from './scope.ts'

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

/** Another object has the name, which the person must have. @param by what has it */
export const taken = ({ decision, property, origin }: Open, name: string, by: string): Decision =>
  failed(
    decision,
    'conflict',
    `${given[origin as 'memory']} the ${property} ${name}, and another object has it: ${by}.`,
    'Correct the feed, or rename the other object.',
  )

/** Finds names that nobody has, and keeps them for one person. */
export const freeNames = ({ sql }: Tables) => {
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
  return {
    next,
    /** The name is nobody else's from now on. */
    reserve: (name: string, { own }: Open) => void reserve.run(name.toLowerCase(), own),
  }
}

/** The decision with the name. */
export const named = (mapping: Mapping, { decision, property, values, origin }: Open, name: string): Decision => {
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
  return reads && !ownsNew(mapping, { ...(values as Values), ...wanted })
    ? failed(
        decision,
        'failed',
        `The new account would be outside the scope of the feed, ${mapping.scope.text}.`,
        'Correct the row, or the scope.',
      )
    : { ...decision, wanted }
}
