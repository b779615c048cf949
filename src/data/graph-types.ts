import types from './graph-types.json' with { type: 'json' }

/** A property in Microsoft's v1.0 schema. */
export interface SchemaProperty {
  /** `String`, `Boolean`, `Int32`, `Int64`, `DateTimeOffset`, `Guid`, `Stream`, or the name of a complex or enum type. */
  readonly type: string
  /** @default false */
  readonly collection?: boolean
  /** @default true */
  readonly nullable?: boolean
}

/** A relation in Microsoft's v1.0 schema. */
export interface SchemaRelation {
  readonly target: string
  readonly collection?: boolean
}

interface Schema {
  readonly entityTypes: Readonly<Record<string, EntityType>>
  readonly complexTypes: Readonly<Record<string, { readonly properties: Readonly<Record<string, SchemaProperty>> }>>
  readonly enumTypes: Readonly<Record<string, readonly string[]>>
}

interface EntityType {
  readonly base: string
  readonly properties: Readonly<Record<string, SchemaProperty>>
  readonly navigations: Readonly<Record<string, SchemaRelation>>
}

/**
 * The directory's types in Microsoft Graph v1.0, trimmed from `schemas/v1.0-Prod.csdl` of microsoftgraph/msgraph-metadata
 * (August 2026): entity types with their own declarations, and the complex and enum types that they use.
 */
export const schema: Schema = types

type EntityName = keyof typeof types.entityTypes

/** Whether the schema has an entity type of this name, such as `user`. */
export const isEntityName = (name: string): name is EntityName => Object.hasOwn(schema.entityTypes, name)
