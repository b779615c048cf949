import type { Kind, Reference, View } from '../directory/types.ts'
import type { Call } from './call.ts'
import { faults } from './faults.ts'
import { sight } from './permissions.ts'
import { parsedSelect, typed, withNulls, type Columns } from './schema.ts'
import { kinds } from './type-facts.ts'

/**
 * Serialises objects of any kind, `@odata.type` first. Objects that the caller may not read keep their type and id; their
 * other properties are null. A selected property that a kind does not have is omitted from its objects.
 *
 * @param cast kind of all objects; they are then written without `@odata.type`
 * @throws GraphFault 400 for a property that no kind has
 */
export const objectWriter = (
  call: Call,
  select: string | undefined,
  view: View,
  cast?: Kind,
): ((reference: Reference) => string | undefined) => {
  const { directory, schema, request } = call
  const asked = select === undefined ? undefined : parsedSelect(select)
  for (const name of asked ?? [])
    if (name !== '*' && !kinds.some(kind => schema.properties(kind).has(head(name))))
      throw faults.propertyUnknown(name, 'microsoft.graph.directoryObject')
  const known = new Map<Kind, Columns>()
  const columnsOf = (kind: Kind): Columns => {
    const have = known.get(kind)
    if (have) return have
    const own = asked?.filter(name => name === '*' || schema.properties(kind).has(head(name))).join(',')
    const columns = own === '' ? nothing : schema.columns(kind, own, request.caller, 'list')
    const made = sight(request.caller, kind) === 'none' ? reduced(columns) : columns
    known.set(kind, made)
    return made
  }
  if (cast) schema.columns(cast, select, request.caller, 'list')
  return ({ kind, id }) => {
    const { names, nulls } = columnsOf(kind)
    const json = directory.collection(kind).jsonOf(id, names, view)
    if (json === undefined) return undefined
    const whole = withNulls(json, nulls)
    return cast ? whole : typed(whole, kind)
  }
}

const head = (path: string): string => (path.split('/')[0] ?? '').toLowerCase()

const nothing: Columns = { names: [], nulls: '', context: '' }

const reduced = ({ names, nulls, context }: Columns): Columns => ({
  names: ['id'],
  nulls: `${names
    .filter(name => name !== 'id')
    .map(name => `,${JSON.stringify(name)}:null`)
    .join('')}${nulls}`,
  context,
})
