import { isCode } from '../core/errors.ts'
import type { Graph } from '../core/graph.ts'
import { objectKinds, severalValued, type ObjectKind } from '../core/object-kinds.ts'

/** A deleted object. */
interface Deleted {
  readonly id: string
  readonly userPrincipalName?: string
  readonly [property: string]: unknown
  readonly deletedDateTime?: string
}

/** The user principal name that a deleted user holds. In the bin, the id without hyphens stands before it. */
const nameInBin = ({ id, userPrincipalName = '' }: Deleted): string => {
  const name = userPrincipalName.toLowerCase()
  const prefix = id.replaceAll('-', '').toLowerCase()
  return name.startsWith(prefix) ? name.slice(prefix.length) : name
}

/** The properties by which deleted objects of a kind are found. */
export const namesInBin = (kind: ObjectKind): readonly string[] => {
  const { inBin, keyed } = objectKinds[kind]
  return inBin === undefined ? [] : [inBin, ...Object.values(keyed).filter(property => !severalValued.has(property))]
}

/**
 * Ids of deleted objects by name, in lower case: users by user principal name, others by display name, or by another
 * property of `namesInBin`. Of several with one name, the one
 * that was deleted last is the first. Empty if the sign-in may not read the bin.
 *
 * @see https://learn.microsoft.com/graph/api/directory-deleteditems-list
 */
export const deletedByName = async (
  graph: Pick<Graph, 'pages'>,
  kind: ObjectKind,
  signal: AbortSignal,
  property: string | undefined = objectKinds[kind].inBin,
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const found = new Map<string, Deleted[]>()
  if (property === undefined) return new Map()
  const link = `/directory/deletedItems/microsoft.graph.${kind}?$select=id,${property},deletedDateTime&$top=999`
  try {
    for await (const { values } of graph.pages<Deleted>(link, { signal }))
      for (const each of values) {
        const name = property === 'userPrincipalName' ? nameInBin(each) : String(each[property] ?? '').toLowerCase()
        const others = found.get(name)
        if (others) others.push(each)
        else found.set(name, [each])
      }
  } catch (error) {
    if (!isCode(error, 'NOT_PERMITTED')) throw error
  }
  const lastFirst = ({ deletedDateTime: one = '' }: Deleted, { deletedDateTime: other = '' }: Deleted): number =>
    one < other ? 1 : one > other ? -1 : 0
  return new Map([...found].map(([name, all]) => [name, all.sort(lastFirst).map(({ id }) => id.toLowerCase())]))
}

/** What to say of a name that no live object has, and a deleted one had: a sentence, and the command that restores that object. */
export const deletedNote = (
  kind: ObjectKind,
  id: string,
  tenant: string,
): { readonly sentence: string; readonly fix: string } => {
  const { word, noun, command = `${noun}s` } = objectKinds[kind]
  return {
    sentence: `The deleted ${word} ${id} has it.`,
    fix: `To restore it: \`printf 'id\\n${id}\\n' | entrapipe ${command} restore --tenant ${tenant} --from - --from-format csv --yes\`.`,
  }
}
