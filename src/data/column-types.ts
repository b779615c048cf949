import type { ColumnType } from '../core/column-type.ts'
import { schema } from './graph-types.ts'
import { propertyAt } from './properties.ts'

const simple: Readonly<Record<string, ColumnType>> = {
  Boolean: 'boolean',
  Int16: 'int32',
  Int32: 'int32',
  Int64: 'int64',
  Double: 'double',
  DateTimeOffset: 'timestamp',
  Date: 'date',
  String: 'text',
  Guid: 'text',
}

/**
 * The type of a column with a property, by Microsoft's schema. It does not depend on values, so that it is the same every night. A list of
 * texts is one; complex values and other lists are JSON. Undefined for a name that the schema does not have: an annotation, an extension,
 * a relation.
 *
 * @param type name of the entity type: `user`
 * @param name of the property, or a path: `employeeOrgData/division`
 */
export const columnTypeOf = (type: string, name: string): ColumnType | undefined => {
  const property = propertyAt(type, name.split('/'))
  if (!property || property.type === 'Any') return undefined
  // An enumeration is written as the name of its member.
  const scalar = simple[property.type] ?? (Object.hasOwn(schema.enumTypes, property.type) ? 'text' : 'json')
  if (!property.collection) return scalar
  return scalar === 'text' ? 'texts' : 'json'
}
