import type { Context } from '../../core/context.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { isGuid } from '../../core/guid.ts'
import { joined } from '../../core/joined.ts'
import { objectKinds, type ObjectKind } from '../../core/object-kinds.ts'
import { printText } from '../../odata/print-filter.ts'
import { printQuery } from '../../odata/parse-query.ts'
import { firstFound } from './first-found.ts'

/** Names that a message lists. */
const most = 20

/**
 * Finds the object that an option names, by id or by what else names objects of the kind, such as `appId`. Returns its id; a GUID as it
 * is, if the sign-in may not read the object.
 *
 * @throws EntrapipeError `OBJECT_UNKNOWN`; `OBJECT_AMBIGUOUS` with the ids of the objects that have the name
 */
export const findObject = async (ctx: Context, kind: ObjectKind, name: string): Promise<string> => {
  const { path, by, keyed, word, names } = objectKinds[kind]
  if (isGuid(name)) {
    const url = `${path}/${name}?$select=id`
    const reply = await ctx.graph.attempt({ method: 'GET', url }, ctx.signal)
    if (reply.status < 300 || reply.status === 403) return name.toLowerCase()
    if (reply.status !== 404) await ctx.graph.request({ method: 'GET', url }, ctx.signal)
  }
  const properties = isGuid(name) ? [...new Set(Object.values(keyed))].filter(each => each.endsWith('Id')) : by
  for (const property of properties) {
    const query = printQuery({ $filter: `${property} eq ${printText(name)}`, $select: 'id', $top: most })
    const ids = (await firstFound<{ readonly id: string }>(ctx, `${path}?${query}`, most)).map(({ id }) => id)
    if (ids.length === 1) return ids[0]!.toLowerCase()
    if (ids.length > 1)
      throw new EntrapipeError(
        'OBJECT_AMBIGUOUS',
        `${ids.length === most ? `${most} or more` : ids.length} ${word}s are named "${name}": ${joined(ids)}.`,
        { facts: { objects: ids }, fix: `Use the id of the ${word}.` },
      )
  }
  throw new EntrapipeError(
    'OBJECT_UNKNOWN',
    `Tenant ${ctx.graph.tenant.name} has no ${word} with the ${joined([...names, ...new Set(Object.values(keyed))], 'or')} "${name}".`,
  )
}
