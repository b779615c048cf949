import t from 'tap'
import builtIn from '../../../src/catalogue/built-in/runs.ts'
import { undoableIn } from '../../../src/engine/changes/can-undo.ts'
import { giveAppRole } from '../../sandbox/give-app-role.ts'
import { sandboxBed } from './sandbox-bed.ts'
import { operations } from './steps-plan.ts'

t.test(
  'the undo has a result for each row that did something, and as many can be undone as the report says',
  async t => {
    const bed = await sandboxBed(t, [])
    await giveAppRole(bed.sandbox, 'User Administrator')
    const newUser = async (name: string, accountEnabled = true): Promise<string> => {
      const body = {
        ...{ accountEnabled, displayName: name, mailNickname: name, passwordProfile: { password: 'Fresh-start-1!' } },
        userPrincipalName: `${name}@${bed.sandbox.domain}`,
      }
      return (await bed.graph.request<{ readonly id: string }>({ method: 'POST', url: '/users', body })).body.id
    }
    const [one, off, on] = [await newUser('one'), await newUser('off', false), await newUser('on')]
    const revoke = (user: string) => ({ kind: 'revoke-sessions', value: { user } })
    const disable = (user: string) => ({ kind: 'disable-user', value: { user } })
    const reset = { kind: 'reset-password', value: { user: one, passwordProfile: 'Quiet-Harbour-1' } }
    bed.input([
      [reset, revoke(one)],
      [disable(off), revoke(off)],
      [disable(on), revoke(on)],
    ])
    const { run } = await bed.change()
    t.strictSame(
      (await bed.rowsOf(run)).map(([key, step, outcome]) => [key, step, outcome]),
      [
        [1, 0, 'done'],
        [1, 1, 'done'],
        [2, 0, 'unchanged'],
        [2, 1, 'done'],
        [3, 0, 'done'],
        [3, 1, 'done'],
      ],
    )
    t.strictSame(await bed.store.read(run, reader => undoableIn(reader, ['main'], operations)), {
      can: 'some',
      rows: 1,
    })
    const { pipelineOf } = builtIn
    const plan = await pipelineOf('undo').make({ run, phases: [], feeds: [] } as never)
    const undone = await bed.run(plan as never, { graph: bed.graph, operations, changing: { lagBoundMs: 0 } })
    t.strictSame((await bed.rowsOf(undone.run)).map(([key, , outcome, code]) => [key, outcome, code]).sort(), [
      [1, 'skipped', 'NOT_UNDOABLE'],
      [2, 'skipped', 'NOT_UNDOABLE'],
      [3, 'done', undefined],
    ])
  },
)
