// @ts-check
/** @import { Pipeline } from '../../data/forms.js' */

/** Parameters about how a file is read, and how one is written: few people need them. */
const reading = [
  'fromFormat',
  'fromDelimiter',
  'fromEncoding',
  'fromHeaderLine',
  'fromSingleHeader',
  'sheet',
  'hiddenRows',
  'key',
  'columns',
]
const writing = [
  ...[
    'compress',
    'partRows',
    'partMegabytes',
    'rename',
    'arraySeparator',
    'nulls',
    'eol',
    'delimiter',
    'bom',
    'formulaGuard',
  ],
  ...['excel', 'trailer', 'pageSize', 'advanced', 'idsFormat', 'idsColumn', 'allowEmpty', 'deltaName'],
]
/** They need a file of credentials, which is on the machine of the server. */
const ofTheMachine = ['recipient', 'plainCredentials']
/** The ending of the file's name says it. */
const bySelf = ['format']
/** How the users are chosen whose licences are changed. */
const selecting = ['group', 'transitive', 'filter', 'has', 'without', 'id']

/** What a form shows where: names of parameters. @param {Pipeline} pipeline */
export const fieldsOf = ({ params: { properties }, inputs, output, name }) => {
  const all = Object.keys(properties)
  const selects = /^licenses (?:assign|remove|modify|transfer)$/.test(name)
  const isFile = (/** @type {string} */ each) => inputs.includes(each) || each === output
  return {
    selects,
    /** Chosen by searching for groups. */
    groups: selects ? [] : all.filter(each => each === 'group'),
    main: all.filter(
      each =>
        !isFile(each) &&
        each !== 'group' &&
        ![...reading, ...writing, ...ofTheMachine, ...bySelf].includes(each) &&
        !(selects && selecting.includes(each)),
    ),
    reading: inputs.length > 0 ? all.filter(each => reading.includes(each) && !isFile(each)) : [],
    writing: output === undefined ? [] : all.filter(each => writing.includes(each)),
  }
}

/** The column of a file that names users, for pipelines whose rows need nothing else. @param {string} name of the pipeline */
export const userColumn = name =>
  /^users (?:delete|disable|enable|revoke-sessions|clear-manager|delete-access-pass)$/.test(name)
    ? 'id'
    : /^members (?:add|remove)$/.test(name)
      ? 'member'
      : /^owners (?:add|remove)$/.test(name)
        ? 'owner'
        : undefined
