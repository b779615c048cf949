import type { Looked, Operation, OperationContext, Values, Verdict } from '../core/operation.ts'
import { readListings } from '../graph/read-listings.ts'
import { idIn } from './objects/one.ts'
import { liveSeen } from './objects/read.ts'
import { readEach } from './objects/read-each.ts'
import { restorationOf } from './objects/restoration.ts'

const restoration = restorationOf({ of: 'application', title: 'Restore applications' })

/** What `look` adds to what was read: the id of the service principal that is in the bin, null if none is. */
const principal = 'servicePrincipal'

const restoredApart = (id: string): string =>
  `Its service principal ${id} was in the bin, too: it is restored by \`entrapipe service-principals restore\`, or by the undo of the run that deleted both.`

const binnedPrincipals = '/directory/deletedItems/microsoft.graph.servicePrincipal?$select=id,appId&$top=999'

/** Service principals in the bin, by app id in lower case. Empty if they may not be read. */
const principalsInBin = (context: OperationContext): Promise<ReadonlyMap<string, string>> =>
  context.once('deleted service principals', async () => {
    const [found = []] = await readListings<{ readonly id: string; readonly appId: string }>(
      context,
      [binnedPrincipals],
      status => status === 403,
    )
    return new Map(found.map(({ id, appId }) => [appId.toLowerCase(), id]))
  })

/**
 * Restores deleted applications from the bin. Their service principals stay there, which the results say.
 *
 * @see https://learn.microsoft.com/graph/api/directory-deleteditems-restore
 * @see https://learn.microsoft.com/entra/identity/enterprise-apps/restore-application
 */
export const restoreApplication: Operation = {
  ...restoration,
  async look(values, context) {
    const looked = await restoration.look(values, context)
    const idsOf = (isWanted: (one: Looked) => boolean) =>
      values.flatMap((value, at) => (isWanted(looked[at]!) ? [idIn('application', value)] : []))
    const deleted = idsOf(one => 'send' in one)
    const live = idsOf(one => 'outcome' in one && one.outcome === 'unchanged')
    const apps = [
      ...(await readEach(
        deleted.map(id => `/directory/deletedItems/${id}/microsoft.graph.application?$select=id,appId`),
        context,
      )),
      ...(await liveSeen('application', live, ['appId'], context)),
    ]
    const binned = apps.length === 0 ? new Map<string, string>() : await principalsInBin(context)
    const byApp = new Map(
      apps.flatMap(app => (app ? [[app.id, binned.get(String(app['appId']).toLowerCase())] as const] : [])),
    )
    return values.map((value, at): Looked => {
      const [one, found] = [looked[at]!, byApp.get(idIn('application', value))]
      if ('send' in one) return { ...one, send: { ...one.send, [principal]: found ?? null } }
      return found === undefined ? one : { ...one, message: `${one.message} ${restoredApart(found)}` }
    })
  },
  settle: (rows, reply) =>
    restoration.settle(rows, reply).map((verdict, at) => withPrincipal(verdict, rows[at]!.before)),
}

const withPrincipal = (verdict: Verdict, { [principal]: id = null }: Values): Verdict =>
  typeof verdict === 'object' && verdict.outcome === 'done' && typeof id === 'string'
    ? { ...verdict, message: restoredApart(id) }
    : verdict
