import { createdBy, type Values } from '../../core/operation.ts'
import type { StepOf } from '../../core/steps.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { isFields, type Json } from '../../core/json.ts'
import type { Key } from '../../core/row.ts'

const asNamed = createdBy(0).slice(0, -1)
/** An id that is not known yet, in lower case: the row, as hex of its key, and the step that creates the object. */
const form = String.raw`\$created:([0-9a-f]+)/(\d+)`
const pending = new RegExp(form, 'g')
const whole = new RegExp(`^${form}$`)

/** Whether the name refers to an object that another step creates. */
export const isCreated = (name: string): boolean => name.startsWith(asNamed)

/** A text for people: it has words in the place of ids that are not known yet. */
export const toldCreated = (text: string): string => text.replaceAll(pending, 'a new object')

/** Such names come from pipelines, which know the steps of a row. @throws EntrapipeError `ROW_INVALID` (facts: column) for a cell with one */
export const expectNoCreated = (value: unknown): void => {
  if (!isFields(value)) return
  for (const column in value) {
    // A cell may be a list. One with objects has the steps of a pipeline or a plan.
    const name = [value[column]].flat().find(each => typeof each === 'string' && isCreated(each))
    if (name !== undefined)
      throw new EntrapipeError('ROW_INVALID', `${JSON.stringify(name)} in the column ${column} names no object.`, {
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

/** The step in a name; undefined if the text is none. */
const stepIn = (text: string): StepOf | undefined => {
  const [, hex, step] = whole.exec(text) ?? []
  const key = hex === undefined ? undefined : keyIn(hex)
  return key === undefined ? undefined : { key, step: Number(step) }
}

/** The steps whose objects the values refer to. A text with such a name in it is a text. */
export const createdIn = (value: Values): readonly StepOf[] => {
  const found: StepOf[] = []
  const look = (inner: Json): void => {
    if (typeof inner === 'string') {
      const of = stepIn(inner)
      if (of) found.push(of)
    } else if (typeof inner === 'object' && inner !== null) Object.values(inner).forEach(look)
  }
  look(value)
  return found
}

/** JSON with the ids of created objects, as far as they are known. */
export const withCreated = <T extends Json>(value: T, idOf: (of: StepOf) => string | undefined): T => {
  const put = (inner: Json): Json => {
    if (typeof inner === 'string') {
      const of = stepIn(inner)
      return (of && idOf(of)) ?? inner
    }
    if (Array.isArray(inner)) return inner.map(put)
    return typeof inner === 'object' && inner !== null
      ? Object.fromEntries(Object.entries(inner).map(([name, each]) => [name, put(each as Json)]))
      : inner
  }
  return put(value) as T
}

/** What a change is about, or a lock, with the ids of created objects in it, as far as they are known. */
export const toldWithIds = (text: string, idOf: (of: StepOf) => string | undefined): string =>
  text.replaceAll(pending, name => {
    const of = stepIn(name)
    return (of && idOf(of)) ?? name
  })

/** Whether a text names an object that is not known yet. */
export const hasPending = (text: string): boolean => text.search(pending) >= 0
