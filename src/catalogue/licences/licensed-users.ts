import type { Context } from '../../core/context.ts'
import type { Source } from '../../core/parts.ts'
import { heldFacts } from '../../licensing/report/held-products.ts'
import type { Entity } from '../../sources/graph/listing.ts'
import { unlessRefused } from '../../sources/graph/refused.ts'
import { users } from '../../sources/users.ts'

/** Users with licences, and whether their sign-ins are read. */
interface LicensedUsers {
  readonly source: Source<Entity>
  /** Known once the source is checked. */
  readonly hasSignIns: () => boolean
}

const filter = 'assignedLicenses/$count ne 0'
const signInsOmitted = 'Sign-ins were not read, so the report does not say who does not use a licence.'
const signInsLeftOut =
  'Sign-ins may not be read, so the report does not say who does not use a licence. They need AuditLog.Read.All, and a tenant with Microsoft Entra ID P1 or P2.'

/**
 * Users who have a licence, with `heldFacts` and, if Graph permits it, `signInActivity`. Graph chooses the users, since it returns few sign-ins a minute.
 *
 * @param signIns whether they are wanted
 * @see https://learn.microsoft.com/graph/api/resources/signinactivity
 */
export const licensedUsers = (signIns = true): LicensedUsers => {
  const withSignIns = users<Entity>({ select: [...heldFacts, 'signInActivity'], filter, advanced: true })
  const without = users<Entity>({ select: heldFacts, filter, advanced: true })
  let source = signIns ? withSignIns : without
  const hasSignIns = (): boolean => source === withSignIns
  return {
    hasSignIns,
    source: {
      ...withSignIns,
      async check(ctx) {
        if (signIns) source = (await permitsSignIns(ctx)) ? withSignIns : without
        await source.check?.(ctx)
      },
      describe: async ctx => (await source.describe?.(ctx)) ?? null,
      columns: ctx => source.columns?.(ctx),
      ...(withSignIns.split && { split: (ctx, most) => source.split!(ctx, most) }),
      async *read(ctx, shard, from) {
        if (!hasSignIns()) ctx.origin({ note: signIns ? signInsLeftOut : signInsOmitted })
        yield* source.read(ctx, shard, from)
      },
      count: async ctx => source.count?.(ctx),
      pace: ctx => source.pace?.(ctx),
      ...(withSignIns.drift && {
        drift: (ctx, since, countedAtMs) => source.drift!(ctx, since, countedAtMs),
      }),
    },
  }
}

const permitsSignIns = async ({ graph, signal }: Context): Promise<boolean> =>
  (await unlessRefused(() =>
    graph.request({ method: 'GET', url: '/users?$select=id,signInActivity&$top=1' }, signal),
  )) !== undefined
