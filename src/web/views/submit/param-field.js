// @ts-check
/** @import { ParamSchema } from '../../data/forms.js' */
import { html } from '../../html.js'
import { CheckField, SelectField, TextField } from '../../parts/field.js'
import { paramWords } from '../../words/param-names.js'

/** What a form has of a parameter: text as it is typed, or whether it is set. @typedef {string | boolean} Typed */

/** A control for a parameter, as its schema says. @param {{ name: string, schema: ParamSchema, isRequired: boolean, value: Typed | undefined, onValue: (value: Typed) => void }} props */
export const ParamField = ({ name, schema, isRequired, value, onValue }) => {
  const label = paramWords(name)
  const { description: hint, default: usual } = schema
  const placeholder = usual === undefined || usual === null ? undefined : String(usual)
  const text = typeof value === 'string' ? value : ''
  if (schema.type === 'boolean')
    return html`<${CheckField} label=${paramWords(name)} hint=${hint} value=${value === true} onValue=${onValue} />`
  if (schema.enum)
    return html`<${SelectField}
      label=${label}
      hint=${hint}
      value=${text}
      isRequired=${isRequired}
      onValue=${onValue}
      options=${[{ value: '', text: placeholder ?? '' }, ...schema.enum]}
    />`
  const type = schema.type === 'number' || schema.type === 'integer' ? 'number' : 'text'
  return html`<${TextField}
    label=${label}
    hint=${schema.type === 'array' ? `${hint}. Several with commas.` : hint}
    type=${type}
    value=${text}
    isRequired=${isRequired}
    placeholder=${placeholder}
    onValue=${onValue}
  />`
}

/** The value of a parameter as the server takes it; undefined leaves it out. @param {ParamSchema} schema @param {Typed | undefined} typed */
export const paramValue = (schema, typed) => {
  if (typeof typed === 'boolean') return typed || undefined
  const text = typed?.trim() ?? ''
  if (text === '') return undefined
  if (schema.type === 'array')
    return text
      .split(/[,\n]/)
      .map(each => each.trim())
      .filter(each => each !== '')
  return schema.type === 'number' || schema.type === 'integer' ? Number(text) : text
}
