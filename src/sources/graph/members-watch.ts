import type { Context } from '../../core/context.ts'
import type { Fields } from '../../core/json.ts'
import type { Position } from '../../core/row.ts'
import type { FoundGroup } from './find-group.ts'
import { isReduced, servicePrincipalsLeftOut } from './hidden-members.ts'

/** Watches over the members of one group for what Graph leaves out and does not say. */
interface MembersWatch {
  see(members: readonly Fields[]): void
  /** Asks for what a listing does not show. Called after the last page. */
  end(ctx: Context, mayLeaveOut: boolean): Promise<void>
  /** What a resumed listing has to know, for its position. */
  readonly saved: Fields
  /** Why the listing is `unverified`; undefined where it is not. */
  readonly why: string | undefined
}

/** Members that came as their type and id: their number, the id of the first, its type. */
type Reduced = { readonly count: number; readonly first: string; readonly type: string }
type Saved = { readonly reduced?: Reduced; readonly seen?: number }

/** @param selectsName whether each member comes with its display name, if the sign-in may read it */
export const membersWatch = (group: FoundGroup, selectsName: boolean, from?: Position): MembersWatch => {
  let { reduced, seen = 0 } = (from ?? {}) as Saved
  const name = group.displayName ?? group.id
  const servicePrincipals = new Set<string>()
  const reasons: string[] = []
  return {
    see(members) {
      seen += members.length
      for (const member of members) {
        const type = String(member['@odata.type'] ?? '').replace('#microsoft.graph.', '')
        if (type === 'servicePrincipal') servicePrincipals.add(String(member['id']))
        if (isReduced(member, selectsName))
          reduced = reduced ? { ...reduced, count: reduced.count + 1 } : { count: 1, first: String(member['id']), type }
      }
    },
    async end(ctx, mayLeaveOut) {
      if (group.visibility === 'HiddenMembership' && seen === 0)
        reasons.push(
          `the membership of "${name}" is hidden and no member was returned, as for a sign-in without Member.Read.Hidden`,
        )
      const leftOut = mayLeaveOut ? await servicePrincipalsLeftOut(ctx, group, id => servicePrincipals.has(id)) : []
      if (leftOut.length > 0)
        reasons.push(
          `"${name}" has service principals as members, which Graph does not list: ${leftOut.slice(0, 3).join(', ')}${leftOut.length > 3 ? ' …' : ''}`,
        )
    },
    get saved() {
      return { seen, ...(reduced && { reduced }) }
    },
    get why() {
      const told = reduced
        ? [
            `Graph returned type and id alone of ${reduced.count === 1 ? `the ${reduced.type}` : `${reduced.count} members of "${name}", such as the ${reduced.type}`} ${reduced.first}, which this sign-in may not read`,
            ...reasons,
          ]
        : reasons
      return told.length === 0 ? undefined : told.join('; ')
    },
  }
}
