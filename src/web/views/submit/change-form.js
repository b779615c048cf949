// @ts-check
/** @import { Pipeline } from '../../data/forms.js' */
/** @import { Order } from './order.js' */
/** @import { Where } from './where.js' */
/** @import { How } from './who.js' */
import { useState } from 'preact/hooks'
import { useSignedIn } from '../../data/person.js'
import { html } from '../../html.js'
import { TextField } from '../../parts/field.js'
import { fieldsOf, userColumn } from './fields-of.js'
import { GroupsField } from './groups-field.js'
import { ParamField } from './param-field.js'
import { Products } from './products.js'
import { noOptions, RunOptionFields } from './run-options.js'
import { Send } from './send.js'
import { UploadField } from './upload-field.js'
import { WhereField, whereFirst, lookedInto } from './where.js'
import { nobody, WhoFields } from './who.js'

/** @param {Pipeline} pipeline @param {boolean} isOne whether it is about one tenant: users are picked in one @returns {readonly How[]} */
const waysOf = (pipeline, isOne) => {
  /** @type {readonly How[]} */
  const ways = fieldsOf(pipeline).selects
    ? ['group', 'picked', 'filter', 'has', 'file']
    : !pipeline.inputs.includes('from')
      ? []
      : userColumn(pipeline.name) === undefined
        ? ['file']
        : ['file', 'picked']
  return isOne ? ways : ways.filter(way => way !== 'picked')
}

/** A form for any pipeline, made from its parameters. @param {{ pipeline: Pipeline }} props */
export const ChangeForm = ({ pipeline }) => {
  const { tenants } = useSignedIn()
  const [order, setOrder] = useState(
    /** @type {Order} */ ({
      where: whereFirst(tenants),
      values: {},
      uploads: {},
      groups: [],
      who: { ...nobody, how: waysOf(pipeline, true)[0] ?? 'file' },
      fileName: '',
      options: noOptions,
    }),
  )
  const change = (/** @type {Partial<Order>} */ changed) => setOrder(before => ({ ...before, ...changed }))
  const { where } = order
  const ways = waysOf(pipeline, where.how === 'one')
  const go = (/** @type {Where} */ where) =>
    change({
      where,
      groups: [],
      who: { ...order.who, how: waysOf(pipeline, where.how === 'one')[0] ?? 'file', picked: [], groups: [] },
    })
  const { properties, required } = pipeline.params
  const fields = fieldsOf(pipeline)
  const param = (/** @type {string} */ name) =>
    html`<${ParamField}
      key=${name}
      name=${name}
      schema=${properties[name]}
      isRequired=${required.includes(name)}
      value=${order.values[name]}
      onValue=${(/** @type {any} */ value) => change({ values: { ...order.values, [name]: value } })}
    />`
  const isProducts = (/** @type {string} */ name) => name === 'sku' && pipeline.name.startsWith('licenses ')
  const more = (/** @type {string} */ title, /** @type {readonly string[]} */ names) =>
    names.length > 0 &&
    html`<details class="panel">
      <summary>${title}</summary>
      <div class="pairs">${names.map(param)}</div>
    </details>`
  return html`<${Send} pipeline=${pipeline} order=${order}>
    <${WhereField} where=${where} onWhere=${go} />
    ${ways.length > 0 && html`<${WhoFields} where=${where} operation=${pipeline.operation} ways=${ways} who=${order.who} onWho=${(/** @type {any} */ changed) => setOrder(before => ({ ...before, who: { ...before.who, ...changed } }))} />`}
    ${pipeline.inputs
      .filter(name => name !== 'from')
      .map(
        name =>
          html`<${UploadField}
            key=${name}
            label=${`File: ${properties[name]?.description?.replace(/\. Over REST.*/, '') ?? name}`}
            isRequired=${required.includes(name)}
            uploaded=${order.uploads[name]}
            onUploaded=${(/** @type {any} */ sent) => change({ uploads: { ...order.uploads, [name]: sent } })}
          />`,
      )}
    ${
      fields.groups.length > 0 &&
      html`<fieldset>
        <legend>Group</legend>
        <${GroupsField}
          key=${where.how}
          where=${where}
          most=${properties['group']?.type === 'array' ? undefined : 1}
          chosen=${order.groups}
          onChosen=${(/** @type {any} */ groups) => change({ groups })}
        />
      </fieldset>`
    }
    ${fields.main.filter(isProducts).map(name => html`<${Products} key=${name} tenant=${lookedInto(where) || tenants[0]} value=${order.values[name]} onValue=${(/** @type {string} */ value) => change({ values: { ...order.values, [name]: value } })} />`)}
    <div class="pairs">${fields.main.filter(name => !isProducts(name)).map(param)}</div>
    ${pipeline.output !== undefined && html`<${TextField} label="File name" hint="With an ending such as .csv, .jsonl, .json or .parquet" isRequired value=${order.fileName} onValue=${(/** @type {string} */ fileName) => change({ fileName })} />`}
    ${more('How the file is read', fields.reading)} ${more('How the output is written', fields.writing)}
    <${RunOptionFields}
      options=${order.options}
      changes=${pipeline.output === undefined}
      onOptions=${(/** @type {any} */ options) => change({ options })}
    />
  <//>`
}
