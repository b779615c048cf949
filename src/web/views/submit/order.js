// @ts-check
/** @import { Pipeline } from '../../data/forms.js' */
/** @import { Typed } from './param-field.js' */
/** @import { RunOptions } from './run-options.js' */
/** @import { Uploaded } from './upload-field.js' */
/** @import { Found } from '../../parts/picker.js' */
/** @import { Where } from './where.js' */
/** @import { Who } from './who.js' */
import { fieldsOf, userColumn } from './fields-of.js'
import { paramValue } from './param-field.js'
import { bodyOfOptions } from './run-options.js'
import { sendFile } from './upload-field.js'
import { tenantsOf } from './where.js'

/**
 * What a form has.
 *
 * @typedef {{ where: Where, values: Record<string, Typed>, uploads: Record<string, Uploaded | undefined>, groups: readonly Found[], who: Who, fileName: string, options: RunOptions }} Order
 */

const words = (/** @type {string} */ text) =>
  text
    .split(',')
    .map(each => each.trim())
    .filter(each => each !== '')

/** Whom licences are changed for. @param {Who} who */
const selectionOf = ({ how, groups, transitive, filter, has, picked }) => {
  if (how === 'group') return { group: groups.map(({ id }) => id), ...(transitive && { transitive }) }
  if (how === 'filter') return { filter }
  if (how === 'has') return { has: words(has) }
  return how === 'picked' ? { id: picked.map(({ id }) => id) } : {}
}

/** The upload of the rows: users who were picked become a file. @param {Pipeline} pipeline @param {Who} who */
const uploadOf = async ({ name, operation }, { how, uploaded, picked }) => {
  if (how === 'file') return uploaded?.id
  const column = userColumn(name)
  if (how !== 'picked' || column === undefined) return undefined
  const rows = [column, ...picked.map(({ id }) => id)].join('\n')
  return (await sendFile(new Blob([`${rows}\n`]), 'chosen-users.csv', operation)).id
}

/** What keeps an order from being sent, as a sentence. @param {Pipeline} pipeline @param {Order} order */
export const lackOf = (pipeline, { where, who, groups }) => {
  if (where.how === 'several' && where.names.length === 0) return 'Choose at least one tenant.'
  const { selects, groups: ofGroups } = fieldsOf(pipeline)
  if (pipeline.inputs.includes('from') && who.how === 'file' && !who.uploaded) return 'Choose a file first.'
  if (who.how === 'picked' && who.picked.length === 0) return 'Choose at least one user.'
  if (selects && who.how === 'group' && who.groups.length === 0) return 'Choose at least one group.'
  const isGroupNeeded =
    ofGroups.length > 0 && (pipeline.params.required.includes('group') || userColumn(pipeline.name) === 'member')
  return isGroupNeeded && who.how !== 'file' && groups.length === 0 ? 'Choose a group.' : undefined
}

/** The request for a job. @param {Pipeline} pipeline @param {Order} order */
export const bodyOf = async (pipeline, { where, values, uploads, groups, who, fileName, options }) => {
  const { selects, groups: ofGroups } = fieldsOf(pipeline)
  const { properties } = pipeline.params
  const typed = Object.entries(values).flatMap(([name, value]) => {
    const schema = properties[name]
    const found = schema && paramValue(schema, value)
    return found === undefined ? [] : [[name, found]]
  })
  const upload = pipeline.inputs.includes('from') ? await uploadOf(pipeline, who) : undefined
  const ids = groups.map(({ id }) => id)
  return {
    pipeline: pipeline.name,
    ...tenantsOf(where),
    params: {
      ...Object.fromEntries(typed),
      ...Object.fromEntries(Object.entries(uploads).flatMap(([name, sent]) => (sent ? [[name, sent.id]] : []))),
      ...(selects && selectionOf(who)),
      ...(ofGroups.length > 0 && ids.length > 0 && { group: properties['group']?.type === 'array' ? ids : ids[0] }),
    },
    ...(upload !== undefined && { upload }),
    ...(pipeline.output === 'to' && fileName !== '' && { fileName }),
    ...bodyOfOptions(options),
  }
}
