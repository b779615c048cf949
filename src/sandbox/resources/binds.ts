import { isFields } from '../../core/json.ts'
import { namedObject, type NamedObject } from './reference-address.ts'
import { writeFaults } from './write-faults.ts'

/**
 * What a body binds to relations (`members@odata.bind`), by relation.
 *
 * @param relations those that can be bound
 * @throws GraphFault 400 for another relation
 */
export const bindsOf = <Relation extends string>(
  body: unknown,
  relations: readonly Relation[],
): readonly (readonly [Relation, unknown])[] =>
  Object.entries(isFields(body) ? body : {}).flatMap(([name, given]) => {
    const asked = /^(.*)@odata\.bind$/i.exec(name)?.[1]
    if (asked === undefined) return []
    const relation = relations.find(one => one === asked)
    if (relation === undefined) throw writeFaults.bindUnknown(asked)
    return [[relation, given]]
  })

/** The object that an address names. @throws GraphFault 400 if it is not the address of an object */
export const boundObject = (relation: string, address: unknown, root: string): NamedObject => {
  const named = namedObject(address, root)
  if (!named) throw writeFaults.bindInvalid(relation)
  return named
}
