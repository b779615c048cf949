import { createdBy, type StepOf, type Values } from '../../core/operation.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { isFields, type Json } from '../../core/json.ts'
import type { Key } from '../../core/row.ts'

const asNamed = createdBy(0).slice(0, -1)
/** An id that is not known yet, in lower case: the row, as hex of its key, and the step that creates the object. */
const pending = /\$created:([0-9a-f]+)\/(\d+)/g

/** Whether the name refers to an object that another step creates. */
export const isCreated = (name: string): boolean => name.startsWith(asNamed)

/** A text for people: it has words in the place of ids that are not known yet. */
export const toldCreated = (text: string): string => text.replaceAll(pending, 'a new object')

/** Such names come from pipelines, which know the steps of a row. @throws EntrapipeError `ROW_INVALID` (facts: column) for a cell with one */
export const expectNoCreated = (value: unknown): void => {
  if (!isFields(value)) return
  for (const column in value) {
    const cell = value[column]
    if (typeof cell === 'string' && isCreated(cell))
      throw new EntrapipeError('ROW_INVALID', `${JSON.stringify(cell)} in the column ${column} names no object.`, {
        facts: { column },
        fix: 'Enter an id or a name.',
      })
  }
}

/**
 * The step that creates an object of this name.
 *
 * @param by the step that names it
 * @throws EntrapipeError `ROW_INVALID` if it is neither an earlier step of the same row nor the first one of another row
 */
export const creating = (name: string, by: StepOf): StepOf => {
  const [, hex, text] = /^(?:([0-9a-f]+)\/)?([0-9]+)$/.exec(name.slice(asNamed.length)) ?? []
  const step = Number(text)
  const key = hex === undefined ? by.key : keyIn(hex)
  if (text === undefined || key === undefined || (key === by.key && step >= by.step))
    throw new EntrapipeError('ROW_INVALID', `${JSON.stringify(name)} names no object that an earlier step creates.`, {
      fix: 'Enter an id or a name.',
    })
  if (key !== by.key && step > 0)
    throw new EntrapipeError(
      'ROW_INVALID',
      `It names the object of step ${step + 1} of row ${key}, but only the object of the first step of another row can be named.`,
      { fix: 'Let the first step of that row create the object.' },
    )
  return { key, step }
}

/** The key in a name; undefined if there is none. */
const keyIn = (hex: string): Key | undefined => {
  try {
    const key: unknown = JSON.parse(Buffer.from(hex, 'hex').toString())
    return typeof key === 'string' || typeof key === 'number' ? key : undefined
  } catch {
    return undefined
  }
}

/** Stands for the id of an object that a step creates. */
export const createdId = ({ key, step }: StepOf): string => createdBy(step, key)

/** The steps whose objects the values refer to. */
export const createdIn = (value: Values): readonly StepOf[] =>
  [...JSON.stringify(value).matchAll(pending)].map(([, key, step]) => ({
    key: JSON.parse(Buffer.from(key!, 'hex').toString()) as Key,
    step: Number(step),
  }))

/** JSON with the ids of created objects, as far as they are known. */
export const withCreated = <T extends Json>(value: T, idOf: (of: StepOf) => string | undefined): T => {
  const put = (inner: Json): Json => {
    if (typeof inner === 'string')
      return inner.replace(
        pending,
        (unknown, key: string, step: string) =>
          idOf({ key: JSON.parse(Buffer.from(key, 'hex').toString()) as Key, step: Number(step) }) ?? unknown,
      )
    if (Array.isArray(inner)) return inner.map(put)
    return typeof inner === 'object' && inner !== null
      ? Object.fromEntries(Object.entries(inner).map(([name, each]) => [name, put(each as Json)]))
      : inner
  }
  return put(value) as T
}
