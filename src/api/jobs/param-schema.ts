import type { Param, Params } from '../../engine/params.ts'
import type { Json } from '../../core/json.ts'
import type { Schema } from '../validation.ts'

const types = { text: 'string', number: 'number', flag: 'boolean', choice: 'string' } as const

const isJson = (value: unknown): value is Json =>
  value !== undefined && (typeof value !== 'number' || Number.isFinite(value)) && typeof value !== 'function'

const schemaOf = ({ kind, summary, choices, place, ...param }: Param<unknown>): Schema => ({
  description:
    place === 'input'
      ? `${summary}. Over REST: the id of an upload`
      : place === 'output'
        ? `${summary}. Over REST: a plain name of a file, or one at a place of the administrator, such as lake:users/`
        : summary,
  ...(kind === 'list' ? { type: 'array', items: { type: 'string' } } : { type: types[kind] }),
  ...(kind === 'choice' && { enum: choices ?? [] }),
  ...(place === 'input' && { format: 'uuid' }),
  ...('fallback' in param && isJson(param.fallback) && place === undefined && { default: param.fallback }),
})

/** Whether a parameter can be given by who is not at the machine. */
export const isForOthers = ({ place }: Param<unknown>): boolean => place !== 'machine' && place !== 'terms'

/** The parameters of a pipeline as a JSON Schema, without those that only its machine has. */
export const paramSchema = (params: Params): Schema => {
  const all = Object.entries(params).filter(([, param]) => isForOthers(param))
  return {
    type: 'object',
    properties: Object.fromEntries(all.map(([name, param]) => [name, schemaOf(param)])),
    required: all.flatMap(([name, param]) => ('fallback' in param || param.place === 'input' ? [] : [name])),
    additionalProperties: false,
  }
}
