import type { Json } from '../../core/json.ts'
import type { Values } from '../../core/operation.ts'
import { schema } from '../../data/graph-types.ts'
import { propertiesOfType } from '../../data/properties.ts'
import type { Written } from './expect-property.ts'

const attribute = /^extensionAttribute(?:[1-9]|1[0-5])$/

/** Where Graph has a property: extension attributes are in a complex property, and so is what has a path (`employeeOrgData/division`). */
const placeOf = (of: Written, name: string): readonly [root: string, member?: string] => {
  if (attribute.test(name)) return [of === 'device' ? 'extensionAttributes' : 'onPremisesExtensionAttributes', name]
  const [root, member, ...more] = name.split('/') as [string, ...string[]]
  return member === undefined || more.length > 0 ? [name] : [root, member]
}

/** The properties, each where Graph has it. */
export const gathered = (of: Written, values: Values): Values => {
  const found: Record<string, Json> = {}
  for (const [name, value] of Object.entries(values)) {
    const [root, member] = placeOf(of, name)
    const held = found[root]
    found[root] = member === undefined ? joined(held, value) : joined(held, { [member]: value })
  }
  return found
}

/** The members of both; of anything else, the later one. */
const joined = (held: Json | undefined, value: Json): Json =>
  isObject(held) && isObject(value) ? { ...held, ...value } : value

const isObject = (value: Json | undefined): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Completes complex properties, which Graph replaces as a whole, from what the directory has. */
export const completed = (of: Written, wanted: Values, seen: Values): Values =>
  Object.fromEntries(
    Object.entries(wanted).map(([name, value]) => {
      const type = propertiesOfType(of).get(name)?.type ?? ''
      const held = seen[name]
      return [name, isObject(value) && isObject(held) && schema.complexTypes[type] ? { ...held, ...value } : value]
    }),
  )
