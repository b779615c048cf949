import { isNotUndoable } from './not-undoable.ts'
import { csvFile, someUsers } from './population.ts'
import type { Stage } from './stage.ts'
import { deedsBy, mutate, type Trial } from './trial.ts'

/** Users get another manager, and then none. Both are undone at once. */
export const managerTrials = (
  stage: Stage,
  ids: readonly string[],
): readonly { readonly trial: Trial; readonly undo: Omit<Trial, 'args'> }[] => {
  const { directory } = stage
  const [earlier, rival, ...managers] = someUsers(stage, 12) as [string, string, ...string[]]
  const give = (id: string, manager: string): boolean =>
    mutate(stage, { do: 'link', kind: 'user', id, relation: 'manager', target: { kind: 'user', id: manager } })
  ids.forEach((id, at) => at % 2 === 0 && give(id, earlier))
  // Nobody can be their own manager.
  const managerFor = (id: string, at: number): string => {
    const manager = managers[at % managers.length]!
    return manager === id ? managerFor(id, at + 1) : manager
  }
  const wanted = new Map(ids.map((id, at) => [id, managerFor(id, at)]))
  const managerOf = (id: string): string | null =>
    directory.related('user', id, 'manager', 1, undefined, 'truth').references[0]?.id ?? null

  /** Who has given each user a manager, and who has taken one, in any order. */
  const changes = () => {
    const [given, taken] = [deedsBy(), deedsBy()]
    for (const id of ids)
      for (const { target, by } of directory.linkTruth('user', id, 'manager'))
        for (const { what, client } of by)
          (what === 'added' ? given : taken).add(what === 'added' ? `${id}/${target}` : id, client)
    return { given, taken }
  }
  const trialsFor = (rivals: Set<string>) => {
    const judge =
      (isUndo: boolean): Trial['judge'] =>
      () => {
        const { given, taken } = changes()
        return ({ kind, value, outcome, code }) => {
          const id = String(value['user'])
          const manager = kind === 'set-manager' ? String(value['manager']) : null
          const isOwn = !rivals.has(id)
          return {
            deeds: manager === null ? taken.of(id) : given.of(`${id}/${manager}`),
            mustBeDone: isOwn && outcome !== 'unchanged' && !(isUndo && isNotUndoable(code)),
            isAsWanted: !isOwn || managerOf(id) === manager,
          }
        }
      }
    return {
      judge,
      rival(place: number): boolean {
        const id = ids[place]!
        if (rivals.has(id) || !give(id, rival)) return false
        rivals.add(id)
        return true
      },
      touched: () => [...rivals].flatMap(id => (managerOf(id) === rival ? [] : [`manager of ${id} was changed`])),
    }
  }
  const writes = ['PUT /users/*/manager/$ref', 'DELETE /users/*/manager/$ref']
  const [setting, clearing] = [trialsFor(new Set()), trialsFor(new Set())]
  const undoOf = ({ judge }: ReturnType<typeof trialsFor>): Omit<Trial, 'args'> => ({
    name: 'undo it',
    writes,
    rowsPerWrite: 1,
    judge: judge(true),
  })
  return [
    {
      trial: {
        name: 'set managers',
        args: [
          ...['users', 'set-manager', '--from'],
          csvFile(
            stage,
            'managers.csv',
            'user,manager',
            ids.map(id => `${id},${wanted.get(id)}`),
          ),
        ],
        writes,
        rowsPerWrite: 1,
        rival: setting.rival,
        judge: setting.judge(false),
      },
      undo: undoOf(setting),
    },
    {
      trial: {
        name: 'clear managers',
        args: ['users', 'clear-manager', '--from', csvFile(stage, 'managed.csv', 'user', ids)],
        writes,
        rowsPerWrite: 1,
        rival: clearing.rival,
        judge: clearing.judge(false),
      },
      undo: undoOf(clearing),
    },
  ]
}
