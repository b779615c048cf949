import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AssignmentOf } from '../../src/sandbox/directory/assignment-types.ts'
import type { Stage } from './stage.ts'
import { deedsBy, mutate, type Trial } from './trial.ts'

/** App roles of one application are assigned to users, then taken; both are undone, the last one first. */
export const appRoleTrials = (stage: Stage, count: number) => {
  const { directory, folder } = stage
  const principals = directory.collection('servicePrincipal')
  const all = { order: 'default', view: 'truth' } as const
  const resource = principals
    .slice(all, 500, ['id'])
    .ids.map(id => principals.get(id)!)
    .find(({ appRoles }) => Array.isArray(appRoles) && appRoles.length > 0 && appRoles.length < 10)!
  const role = (resource['appRoles'] as readonly { readonly id: string; readonly value: string }[])[0]!
  const users = directory.collection('user').slice(all, count, ['id']).ids
  const file = join(folder, 'app-roles.csv')
  writeFileSync(
    file,
    `resource,role,principal\n${users.map((id, at) => `${resource.id},${at % 3 === 0 ? role.id : role.value},${id}\n`).join('')}`,
  )
  // Rows are sent in the order of their principals.
  const inOrder = users.toSorted()
  const of = (id: string): AssignmentOf => ({
    family: 'appRoles',
    principal: { kind: 'user', id },
    of: resource.id,
    within: role.id,
  })
  const isThere = (id: string): boolean => directory.assignment(of(id), 'truth') !== undefined

  const trial = (what: 'added' | 'removed') => {
    /** Users whose role the second writer changed. */
    const rivals = new Set<string>()
    const judge =
      (byAnother?: ReadonlySet<string>): Trial['judge'] =>
      () => {
        const deeds = deedsBy()
        const added = new Set<string>()
        for (const { principal, by } of directory.assignmentTruth('appRoles', resource.id))
          for (const each of by) {
            if (each.what === what) deeds.add(principal, each.client)
            if (each.what === 'added') added.add(principal)
          }
        return ({ value, outcome, code }) => {
          const id = String(value['principal'])
          return {
            deeds: deeds.of(id),
            mustBeDone: byAnother
              ? !byAnother.has(id) && (what === 'added' || added.has(id))
              : code !== 'ROW_INVALID' && outcome !== 'unchanged',
            isAsWanted: isThere(id) === (what === 'added'),
          }
        }
      }
    const rival = (place: number): boolean => {
      const id = inOrder[Math.min(place, count - 1)]!
      const { family, of: resourceId, within } = of(id)
      const made = mutate(stage, {
        do: what === 'added' ? 'assign' : 'unassign',
        kind: 'user',
        id,
        family,
        of: resourceId,
        within,
      })
      if (made) rivals.add(id)
      return made
    }
    return { rivals, judge, rival }
  }

  const [assigning, taking] = [trial('added'), trial('removed')]
  const writes = { assign: ['POST /servicePrincipals/*'], unassign: ['DELETE /servicePrincipals/*'] }
  /** Roles that the second writer changed and this run changed back. */
  const touched = (wanted: boolean, rivals: ReadonlySet<string>) => (): readonly string[] =>
    [...rivals].flatMap(id => (isThere(id) === wanted ? [] : [`role of ${id} is ${wanted ? 'not ' : ''}there`]))
  return {
    assign: {
      name: 'assign app roles',
      args: ['app-roles', 'assign', '--from', file],
      writes: writes.assign,
      rowsPerWrite: 1,
      rival: assigning.rival,
      judge: assigning.judge(assigning.rivals),
    } satisfies Trial,
    unassign: {
      name: 'unassign app roles',
      args: ['app-roles', 'unassign', '--from', file],
      writes: writes.unassign,
      rowsPerWrite: 1,
      rival: taking.rival,
      judge: taking.judge(taking.rivals),
    } satisfies Trial,
    undoUnassign: {
      name: 'undo the removal',
      writes: writes.assign,
      rowsPerWrite: 1,
      judge: trial('added').judge(),
      touched: touched(false, taking.rivals),
    } satisfies Omit<Trial, 'args'>,
    undoAssign: {
      name: 'undo the assignment',
      writes: writes.unassign,
      rowsPerWrite: 1,
      judge: trial('removed').judge(),
      touched: touched(true, new Set([...assigning.rivals].filter(id => !taking.rivals.has(id)))),
    } satisfies Omit<Trial, 'args'>,
  }
}
