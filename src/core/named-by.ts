const by = /^\$by:([^:]+):(.+)$/s

/**
 * How a value names an object by a property that is not one of the usual names: `$by:employeeId:4711`. Values of several objects are
 * an error.
 *
 * @param property its path, such as `onPremisesExtensionAttributes/extensionAttribute1`
 */
export const namedBy = (property: string, name: string): string => `$by:${property}:${name}`

/** Parses such a name; undefined for any other name. */
export const readNamedBy = (name: string): { readonly property: string; readonly name: string } | undefined => {
  const [, property, value] = by.exec(name) ?? []
  return property === undefined || value === undefined ? undefined : { property, name: value }
}
