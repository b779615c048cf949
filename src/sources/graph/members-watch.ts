import type { Context } from '../../core/context.ts'
import { given } from '../../core/given.ts'
import type { Fields } from '../../core/json.ts'
import type { Read } from '../../core/parts.ts'
import type { Position } from '../../core/row.ts'
import type { FoundGroup } from './find-group.ts'
import { isReduced, servicePrincipalsLeftOut, type OmittingRelation } from './hidden-members.ts'
import { sightOf, type Sight } from './unseen.ts'

/** Watches the members of a group for what Graph silently omits. */
interface MembersWatch {
  see(members: readonly Fields[]): void
  /** Requests what the listing of a relation omits. Call after the last page. */
  end(ctx: Context, omitting: OmittingRelation | undefined): Promise<void>
  /** State to save in a position. */
  readonly saved: Fields
  /** Why the listing is `unverified`; undefined if it is not. */
  readonly why: string | undefined
}

/** Members returned with only type and id: id and type of the first, and whether there are others. Graph may return a member again. */
type Reduced = { readonly first: string; readonly type: string; readonly others?: true }
type Saved = {
  readonly reduced?: Reduced
  readonly seen?: boolean
  readonly types?: readonly string[]
  readonly servicePrincipals?: readonly string[]
}

/** Facts of a listing of members. */
interface WatchOptions {
  readonly group: Pick<FoundGroup, 'id' | 'displayName' | 'visibility'>
  /** The selected properties. @default Graph's own */
  readonly select: readonly string[] | undefined
  /** The relation, if Graph may omit service principals that the listing asks for. */
  readonly omitting: OmittingRelation | undefined
}

/** Reads pages of members, and reports what Graph silently omits. Positions contain the state of the watch. */
export async function* watchedMembers<T extends Fields>(
  ctx: Context,
  pages: AsyncIterable<Read<T>>,
  { group, select, omitting }: WatchOptions,
  from?: Position,
): AsyncGenerator<Read<T>> {
  const watch = membersWatch(group, select, await sightOf(ctx), from)
  for await (const page of pages) {
    watch.see(page.rows.map(({ value }) => value))
    if (watch.why) ctx.origin({ completeness: 'unverified', why: watch.why })
    if (page.position === undefined) yield page
    else yield { ...page, position: { ...(page.position as Fields), ...watch.saved } as Position }
  }
  await watch.end(ctx, omitting)
  if (watch.why) ctx.origin({ completeness: 'unverified', why: watch.why })
}

const membersWatch = (
  group: WatchOptions['group'],
  select: WatchOptions['select'],
  sight: Sight,
  from?: Position,
): MembersWatch => {
  const selectsName = !select?.length || select.includes('displayName')
  const before = (from ?? {}) as Saved
  let { reduced, seen = false } = before
  const name = group.displayName ?? group.id
  const types = new Set(before.types)
  const servicePrincipals = new Set(before.servicePrincipals)
  const reasons: string[] = []
  return {
    see(members) {
      seen ||= members.length > 0
      for (const member of members) {
        const type = String(member['@odata.type'] ?? '').replace('#microsoft.graph.', '')
        if (type === 'servicePrincipal') servicePrincipals.add(String(member['id']))
        if (!isReduced(member, selectsName)) types.add(type)
        else reduced = withMember(reduced, String(member['id']), type)
      }
    },
    async end(ctx, omitting) {
      if (group.visibility === 'HiddenMembership' && !seen && !sight.hiddenMembers)
        reasons.push(
          `permission: the membership of "${name}" is hidden and no member was returned. Member.Read.Hidden ${sight.hiddenMembers === false ? 'is' : 'may be'} missing`,
        )
      const leftOut = omitting
        ? await servicePrincipalsLeftOut(ctx, group.id, omitting, id => servicePrincipals.has(id))
        : []
      if (leftOut.length > 0)
        reasons.push(
          `"${name}" has service principals as ${omitting === 'owners' ? 'owners' : 'members'}, which Graph omits from the listing: ${leftOut.slice(0, 3).join(', ')}${leftOut.length > 3 ? ' …' : ''}`,
        )
    },
    get saved() {
      return {
        seen,
        ...given({ reduced }),
        ...(types.size > 0 && { types: [...types] }),
        ...(servicePrincipals.size > 0 && { servicePrincipals: [...servicePrincipals] }),
      }
    },
    get why() {
      const unseen = [...types].flatMap(type => sight.ofEntries(type, select) ?? [])
      const told = reduced
        ? [
            `permission: Graph returned only type and id for ${reduced.others ? `members of "${name}", such as the ${reduced.type}` : `the ${reduced.type}`} ${reduced.first}, because the sign-in has no permission to read more`,
            ...unseen,
            ...reasons,
          ]
        : [...unseen, ...reasons]
      return told.length === 0 ? undefined : told.join('; ')
    },
  }
}

const withMember = (reduced: Reduced | undefined, id: string, type: string): Reduced => {
  if (!reduced) return { first: id, type }
  return reduced.first === id ? reduced : { ...reduced, others: true }
}
