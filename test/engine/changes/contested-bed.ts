import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { systemClock } from '../../../src/core/clock.ts'
import type { OperationRow } from '../../../src/core/operation.ts'
import { createDirectory } from '../../../src/sandbox/directory/create-directory.ts'
import type { Directory, Mutation } from '../../../src/sandbox/directory/types.ts'
import type { Resources } from '../../../src/sandbox/protocol.ts'
import { createResources } from '../../../src/sandbox/resources/create-resources.ts'
import { sandboxBed } from './sandbox-bed.ts'

/** A sandbox whose directory somebody else changes just before a write arrives. */
export const contestedBed = async (t: Test, before: (path: string, directory: Directory) => readonly Mutation[]) => {
  const directory = createDirectory({ users: 300, clock: systemClock })
  const answer = createResources({ directory, clock: systemClock, key: 'a key of the tests' })
  const resources: Resources = request => {
    if (request.method !== 'GET')
      try {
        directory.commit(before(`${request.method} ${request.path}`, directory), { request: 'control' })
      } catch {
        // They have done it before.
      }
    return answer(request)
  }
  const bed = await sandboxBed(t, [], { directory, resources })
  const create = (mutation: Mutation): string => directory.commit([mutation], { request: 'control' })[0]!.id
  return {
    ...bed,
    directory,
    create,
    users: directory.collection('user').slice({ order: 'default', view: 'truth' }, 5, ['id']).ids,
    rows: (changes: readonly OperationRow[]): void =>
      writeFileSync(
        join(bed.folder, 'in.jsonl'),
        changes.map(change => `${JSON.stringify({ steps: [change] })}\n`).join(''),
      ),
    results: async (run: string) =>
      (await bed.store.read(run, reader => reader.readResults())).map(({ key, outcome, code }) => ({
        key,
        outcome,
        code,
      })),
  }
}

/** A new security group. */
export const newGroup: Mutation = {
  do: 'create',
  kind: 'group',
  values: { displayName: 'Team', mailNickname: 'team', mailEnabled: false, securityEnabled: true, groupTypes: [] },
}
