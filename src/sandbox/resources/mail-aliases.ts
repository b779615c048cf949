import type { Directory, Entity } from '../directory/types.ts'

/** The mail aliases of groups with an address, live and deleted. */
export interface MailAliases {
  /** Id of the group that has the alias, ignoring case. */
  holderOf(alias: string): string | undefined
}

/**
 * Creates an index of mail aliases: no two groups with an address have the same one, also while one of them is deleted. The
 * first use reads all groups, later ones the changes since then.
 *
 * @see https://learn.microsoft.com/graph/api/group-post-groups
 */
export const createMailAliases = (directory: Directory): MailAliases => {
  const holders = new Map<string, string>()
  const aliases = new Map<string, string>()
  let sequence: number | undefined

  const forget = (id: string): void => {
    const alias = aliases.get(id)
    if (alias !== undefined && holders.get(alias) === id) holders.delete(alias)
    aliases.delete(id)
  }
  const keep = (group: Entity): void => {
    if (group['mailEnabled'] !== true || typeof group['mailNickname'] !== 'string') return
    const alias = group['mailNickname'].toLowerCase()
    holders.set(alias, group.id)
    aliases.set(group.id, alias)
  }
  const readAll = (): void => {
    holders.clear()
    aliases.clear()
    for (const groups of [directory.collection('group'), directory.deleted('group')])
      groups.count({
        order: 'default',
        view: 'truth',
        where: group => {
          keep(group)
          return false
        },
      })
  }
  const readChanged = (ids: Iterable<string>): void => {
    for (const id of ids) {
      forget(id)
      const group = directory.collection('group').get(id, 'truth') ?? directory.deleted('group').get(id, 'truth')
      if (group) keep(group)
    }
  }

  return {
    holderOf(alias) {
      const { generation } = directory
      const changes = sequence === undefined ? undefined : directory.changes(sequence)
      if (changes)
        readChanged(new Set(changes.filter(({ kind, relation }) => kind === 'group' && !relation).map(({ id }) => id)))
      else readAll()
      sequence = generation
      return holders.get(alias.toLowerCase())
    },
  }
}
