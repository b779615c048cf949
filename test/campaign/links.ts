import type { Kind, Relation } from '../../src/sandbox/directory/types.ts'
import type { pairOf } from './pair.ts'
import type { Stage } from './stage.ts'
import { mutate } from './trial.ts'

/** A link of a file. */
export interface LinkRow {
  /** Id of the object that has it. */
  readonly owner: string
  /** Id of a user. */
  readonly member: string
}

/** The name of a link. */
export const linkName = (owner: unknown, member: unknown): string => `${String(owner)}/${String(member)}`

/** The ids in such a name. */
export const readLinkName = (name: string): readonly [owner: string, member: string] =>
  name.split('/') as [string, string]

/** Links of objects of a kind to users, as the truth knows them. Rows are sent in the order of the objects. */
export const linksOf = (
  stage: Stage,
  kind: Kind,
  relation: Relation,
  rows: readonly LinkRow[],
): Pick<Parameters<typeof pairOf>[0], 'inOrder' | 'nameOf' | 'truth' | 'isThere' | 'change'> => {
  const { directory } = stage
  const inOrder = rows.toSorted((one, other) => (one.owner < other.owner ? -1 : one.owner > other.owner ? 1 : 0))
  const owners = [...new Set(inOrder.map(({ owner }) => owner))]
  return {
    inOrder: inOrder.map(({ owner, member }) => linkName(owner, member)),
    nameOf: value => linkName(value[kind], value['member']),
    *truth() {
      for (const owner of owners)
        for (const { target, by } of directory.linkTruth(kind, owner, relation))
          yield { name: linkName(owner, target), by }
    },
    isThere(name) {
      const [owner, member] = readLinkName(name)
      return directory.isRelated(kind, owner, relation, { kind: 'user', id: member }, 'truth')
    },
    change(name, what) {
      const [id, member] = readLinkName(name)
      return mutate(stage, {
        do: what === 'added' ? 'link' : 'unlink',
        kind,
        id,
        relation,
        target: { kind: 'user', id: member },
      })
    },
  }
}
