import { isEntityName, schema, type SchemaProperty, type SchemaRelation } from './graph-types.ts'
import { extensionKind } from './extensions.ts'

interface Property {
  readonly name: string
  /** As in the schema: `String`, `Boolean`, `DateTimeOffset`, a complex type … */
  readonly type: string
  readonly collection: boolean
  readonly nullable: boolean
}

/** Properties in Microsoft's documents and v1.0 replies that its schema lacks. */
const beyondSchema: Readonly<Record<string, Readonly<Record<string, SchemaProperty>>>> = {
  device: { extensionAttributes: { type: 'onPremisesExtensionAttributes' } },
}

const property = (name: string, { type, collection = false, nullable = true }: SchemaProperty): Property => ({
  name,
  type,
  collection,
  nullable,
})

const cache = new Map<string, ReadonlyMap<string, Property>>()

/** Properties of an entity or complex type by name, inherited ones first; `id` is the first of an entity. Empty for an unknown type. */
export const propertiesOfType = (type: string): ReadonlyMap<string, Property> => {
  const known = cache.get(type)
  if (known) return known
  const found = new Map<string, Property>()
  if (isEntityName(type)) {
    found.set('id', { name: 'id', type: 'String', collection: false, nullable: false })
    for (const inherited of propertiesOfType(schema.entityTypes[type]?.base ?? '').values())
      found.set(inherited.name, inherited)
  }
  const declared = isEntityName(type) ? schema.entityTypes[type]?.properties : schema.complexTypes[type]?.properties
  for (const [name, facts] of Object.entries({ ...declared, ...beyondSchema[type] }))
    found.set(name, property(name, facts))
  cache.set(type, found)
  return found
}

/** Whether each tenant defines the properties of this complex type, such as custom security attributes. */
export const isOpenType = (type: string): boolean =>
  schema.complexTypes[type] !== undefined && propertiesOfType(type).size === 0

/** Relations of an entity type by name. */
export const relationsOfType = (type: string): ReadonlyMap<string, SchemaRelation> =>
  new Map(Object.entries((isEntityName(type) ? schema.entityTypes[type]?.navigations : undefined) ?? {}))

/**
 * The property at a path such as `employeeOrgData/division`, through complex types and through relations to known types.
 * Extensions of a tenant have the type `Any`. Undefined if the property does not exist.
 */
export const propertyAt = (type: string, names: readonly string[]): Property | undefined => {
  const [first = '', ...rest] = names
  const own = propertiesOfType(type).get(first)
  if (own) return rest.length === 0 ? own : propertyAt(own.type, rest)
  const relation = relationsOfType(type).get(first)
  if (relation) return rest.length === 0 ? undefined : (propertyAt(relation.target, rest) ?? idOf(rest))
  const extension = isEntityName(type) ? extensionKind(names) : undefined
  return extension === undefined
    ? undefined
    : { name: names.at(-1) ?? first, type: 'Any', collection: false, nullable: true }
}

/** Every entity has an id, even if its type is not in the schema. */
const idOf = (names: readonly string[]): Property | undefined =>
  names.length === 1 && names[0] === 'id'
    ? { name: 'id', type: 'String', collection: false, nullable: false }
    : undefined

/** Valid names after a path, for suggestions. */
export const namesAt = (type: string, names: readonly string[]): readonly string[] => {
  let at = type
  for (const name of names) at = propertiesOfType(at).get(name)?.type ?? relationsOfType(at).get(name)?.target ?? ''
  return [...propertiesOfType(at).keys(), ...relationsOfType(at).keys()]
}
