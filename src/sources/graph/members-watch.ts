import type { Context } from '../../core/context.ts'
import type { Fields } from '../../core/json.ts'
import type { Position } from '../../core/row.ts'
import type { FoundGroup } from './find-group.ts'
import { isReduced, servicePrincipalsLeftOut } from './hidden-members.ts'

/** Watches the members of a group for what Graph silently omits. */
interface MembersWatch {
  see(members: readonly Fields[]): void
  /** Requests what the listing omits. Call after the last page. */
  end(ctx: Context, mayLeaveOut: boolean): Promise<void>
  /** State to save in a position. */
  readonly saved: Fields
  /** Why the listing is `unverified`; undefined if it is not. */
  readonly why: string | undefined
}

/** Members returned with only type and id: their number, and id and type of the first. */
type Reduced = { readonly count: number; readonly first: string; readonly type: string }
type Saved = { readonly reduced?: Reduced; readonly seen?: number }

/** @param selectsName whether the listing selects the display name */
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
          `the membership of "${name}" is hidden and no member was returned. Member.Read.Hidden may be missing`,
        )
      const leftOut = mayLeaveOut ? await servicePrincipalsLeftOut(ctx, group, id => servicePrincipals.has(id)) : []
      if (leftOut.length > 0)
        reasons.push(
          `"${name}" has service principals as members, which Graph omits from the listing: ${leftOut.slice(0, 3).join(', ')}${leftOut.length > 3 ? ' …' : ''}`,
        )
    },
    get saved() {
      return { seen, ...(reduced && { reduced }) }
    },
    get why() {
      const told = reduced
        ? [
            `Graph returned only type and id for ${reduced.count === 1 ? `the ${reduced.type}` : `${reduced.count} members of "${name}", such as the ${reduced.type}`} ${reduced.first}, because the sign-in has no permission to read more`,
            ...reasons,
          ]
        : reasons
      return told.length === 0 ? undefined : told.join('; ')
    },
  }
}
