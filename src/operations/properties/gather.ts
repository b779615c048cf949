import type { Json } from '../../core/json.ts'
import type { Values } from '../../core/operation.ts'
import { schema } from '../../data/graph-types.ts'
import { propertiesOfType } from '../../data/properties.ts'
import type { Written } from './expect-property.ts'

const attribute = /^extensionAttribute(?:[1-9]|1[0-5])$/

/** The properties with `extensionAttribute1` to `extensionAttribute15` where Graph has them: in a complex property. */
export const gathered = (of: Written, values: Values): Values => {
  if (!Object.keys(values).some(name => attribute.test(name))) return values
  const attributes = Object.entries(values).filter(([name]) => attribute.test(name))
  const others = Object.entries(values).filter(([name]) => !attribute.test(name))
  const name = of === 'device' ? 'extensionAttributes' : 'onPremisesExtensionAttributes'
  const held = values[name] as Values | undefined
  return {
    ...Object.fromEntries(others),
    [name]: { ...held, ...Object.fromEntries(attributes) },
  }
}

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
