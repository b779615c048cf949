import { createdBy } from '../../core/operation.ts'
import type { Values } from '../../core/operation.ts'
import type { Json } from '../../core/json.ts'
import type { Key } from '../../core/row.ts'

const asNamed = createdBy(0).slice(0, -1)
/** An id that is not known yet, in lower case: the row, as hex of its key, and the step that creates the object. */
const pending = /\$created:([0-9a-f]+)\/(\d+)/g

/** Whether the name refers to an object that an earlier step creates. */
export const isCreated = (name: string): boolean => name.startsWith(asNamed)

/** Stands for the id of an object that a step of the row creates. Unlike the name, it differs from row to row. */
export const createdId = (key: Key, name: string): string =>
  `${asNamed}${Buffer.from(JSON.stringify(key)).toString('hex')}/${name.slice(asNamed.length)}`

/** A step of a row. */
export interface StepOf {
  readonly key: Key
  readonly step: number
}

/** The steps whose objects the values refer to. */
export const createdIn = (value: Values): readonly StepOf[] =>
  [...JSON.stringify(value).matchAll(pending)].map(([, key, step]) => ({
    key: JSON.parse(Buffer.from(key!, 'hex').toString()) as Key,
    step: Number(step),
  }))

/** The values with the ids of created objects. */
export const withCreated = (value: Values, idOf: (of: StepOf) => string): Values => {
  const put = (inner: Json): Json => {
    if (typeof inner === 'string')
      return inner.replace(pending, (_, key: string, step: string) =>
        idOf({ key: JSON.parse(Buffer.from(key, 'hex').toString()) as Key, step: Number(step) }),
      )
    if (Array.isArray(inner)) return inner.map(put)
    return typeof inner === 'object' && inner !== null
      ? Object.fromEntries(Object.entries(inner).map(([name, each]) => [name, put(each as Json)]))
      : inner
  }
  return put(value as Json) as Values
}
