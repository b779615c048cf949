import { Ajv, type ErrorObject } from 'ajv'
import type { FastifySchemaCompiler } from 'fastify'
import { EntrapipeError } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'

/** A JSON Schema, as part of a route. */
export type Schema = { readonly [name: string]: unknown }

const options = { allErrors: false, useDefaults: true, removeAdditional: false, strict: false, verbose: true } as const
const strict = new Ajv({ ...options, coerceTypes: false })
// What stands in an address is text.
const coercing = new Ajv({ ...options, coerceTypes: 'array' })
for (const ajv of [strict, coercing]) {
  ajv.addFormat('date-time', text => /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/.test(text))
  ajv.addFormat('uuid', /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i)
}

const types: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
}

/** A value that stands once in an address is a list of one. */
const nameOf = ({ instancePath }: ErrorObject, what: string): string =>
  instancePath === ''
    ? what
    : (what === partNames['querystring'] ? instancePath.replace(/\/\d+$/, '') : instancePath)
        .slice(1)
        .replaceAll('/', '.')
        .replaceAll('~1', '/')
        .replaceAll('~0', '~')

const typed = (type: string | readonly string[]): string =>
  [type]
    .flat()
    .map(each => types[each] ?? each)
    .join(' or ')

/** A value in a sentence. A request can be large. */
const shown = (value: unknown): string => {
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

/** What is wrong with a value, as one sentence. */
const sentenceOf = (error: ErrorObject, what: string): string => {
  const name = nameOf(error, what)
  const params = error.params as Readonly<Record<string, string & readonly string[]>>
  const at = name === what ? '' : `${name}.`
  const known = Object.keys((error.parentSchema?.['properties'] ?? {}) as object)
  switch (error.keyword) {
    case 'required':
      return `${at}${params['missingProperty']} is missing.`
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const unknown = String(params['additionalProperty'] ?? params['unevaluatedProperty'])
      const near = nearest(unknown, known)
      return `${at}${unknown} is unknown.${near ? ` Did you mean ${near}?` : known.length > 0 ? ` Known: ${known.join(', ')}.` : ''}`
    }
    case 'type':
      return `Expected ${name} to be ${typed(params['type'] ?? '')}.`
    case 'enum': {
      const allowed = [params['allowedValues'] ?? ''].flat()
      const near = nearest(String(error.data), allowed.map(String))
      return `Expected ${name} to be one of ${allowed.join(', ')}, got ${shown(error.data)}.${near ? ` Did you mean ${near}?` : ''}`
    }
    case 'minimum':
      return `Expected ${name} to be at least ${params['limit']}, got ${String(error.data)}.`
    case 'maximum':
      return `Expected ${name} to be at most ${params['limit']}, got ${String(error.data)}.`
    case 'const':
      return `Expected ${name} to be ${JSON.stringify(params['allowedValue'])}.`
    case 'format':
      return `Expected ${name} to be ${params['format'] === 'date-time' ? 'a date and a time such as 2026-03-01T08:00:00Z' : 'an id'}.`
    case 'pattern':
      return `${name} has a form that is not accepted${error.parentSchema?.['description'] ? `: ${error.parentSchema['description']}` : '.'}`
    default:
      return `${name} ${error.message}.`
  }
}

const partNames: Readonly<Record<string, string>> = {
  body: 'the body',
  querystring: 'the query',
  params: 'the address',
  headers: 'the headers',
}

/** Checks requests against the schemas of their routes. Unknown fields are refused. */
export const validatorCompiler: FastifySchemaCompiler<Schema> = ({ schema, httpPart }) => {
  const isBody = httpPart === 'body'
  const validate = (isBody ? strict : coercing).compile(schema)
  return (value: unknown) => {
    if (validate(value)) return { value }
    const [error] = validate.errors!
    const what = partNames[httpPart ?? 'body'] ?? 'the request'
    const sentence = sentenceOf(error!, what)

    // An id that cannot be one is that of nothing.
    if (httpPart === 'params')
      return { error: new EntrapipeError('ADDRESS_UNKNOWN', 'The server has nothing at this address.') }
    return { error: new EntrapipeError('OPTION_INVALID', sentence) }
  }
}
