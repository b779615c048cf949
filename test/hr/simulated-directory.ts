import type { Fields, Json } from '../../src/core/json.ts'
import type { Values } from '../../src/core/operation.ts'
import { byRoot } from '../../src/hr/value-at.ts'
import type { Decision } from '../../src/hr/decision.ts'
import type { Done } from './feed-bed.ts'

type Stored = Record<string, Json> & { readonly id: string }

/** A directory in memory, and the changes of decisions made to it. */
export const simulatedDirectory = () => {
  const live = new Map<string, Stored>()
  const bin = new Map<string, Stored>()
  const members = new Map<string, Set<string>>()
  let made = 0

  const write = (account: Stored, changes: Values): void => {
    for (const [root, value] of Object.entries(byRoot(changes)))
      account[root] =
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? { ...(account[root] as Values | null | undefined), ...(value as Values) }
          : value
  }

  const act = ({
    action,
    wanted,
    account,
    changes,
  }: Decision): { readonly id: string; readonly operations: readonly string[] } => {
    const id = action === 'create' ? `00000000-0000-0000-0000-${String(++made).padStart(12, '0')}` : account!.id
    const values = Object.fromEntries(Object.entries(changes).map(([path, change]) => [path, change.new]))
    if (action === 'create') {
      live.set(id, { id })
      write(live.get(id)!, { userType: 'Member', ...wanted })
      return { id, operations: ['create-user'] }
    }
    if (action === 'restore') {
      const back = bin.get(id)!
      bin.delete(id)
      live.set(id, { ...back, userPrincipalName: account!.userPrincipalName })
    }
    if (action === 'delete') {
      const gone = live.get(id)!
      live.delete(id)
      bin.set(id, { ...gone, userPrincipalName: `${id.replaceAll('-', '')}${String(gone['userPrincipalName'])}` })
      return { id, operations: ['delete-user'] }
    }
    if (action !== 'none') write(live.get(id)!, values)
    return {
      id,
      operations: {
        restore: ['restore-user', 'update-user'],
        update: ['update-user'],
        disable: ['disable-user'],
        none: [],
      }[action],
    }
  }

  return {
    users: (): readonly Fields[] => [...live.values()],
    deleted: (): readonly Fields[] => [...bin.values()],
    members: (group: string): ReadonlySet<string> => members.get(group) ?? new Set(),
    /** Makes the changes. @returns what was performed */
    apply(decisions: readonly Decision[]): readonly Done[] {
      const ids = new Map<string, string>()
      const performed: Done[] = []
      const acting = decisions.filter(
        one => one.off === undefined && (one.account !== undefined || one.action === 'create'),
      )
      for (const decision of acting) {
        const { id, operations } = act(decision)
        ids.set(decision.key, id)
        for (const operation of operations) performed.push({ key: decision.key, operation, outcome: 'done', id })
      }
      for (const { key, manager, groups, revokeSessions } of acting) {
        if (revokeSessions) performed.push({ key, operation: 'revoke-sessions', outcome: 'done' })
        const id = ids.get(key)!
        const to = manager?.joiner === undefined ? manager?.new : ids.get(manager.joiner)
        if (to !== undefined) live.get(id)!['manager'] = to === null ? null : { id: to }
        for (const group of groups?.add ?? []) {
          const set = members.get(group) ?? new Set()
          members.set(group, set)
          performed.push({ key, operation: 'add-member', outcome: set.has(id) ? 'unchanged' : 'done', group })
          set.add(id)
        }
        for (const group of groups?.remove ?? []) {
          members.get(group)!.delete(id)
          performed.push({ key, operation: 'remove-member', outcome: 'done', group })
        }
      }
      return performed
    },
  }
}
