// @ts-check
/** @import { Pipeline } from '../../data/forms.js' */
/** @import { Order } from './order.js' */
/** @import { How } from './who.js' */
import { useState } from 'preact/hooks'
import { useSignedIn } from '../../data/person.js'
import { html } from '../../html.js'
import { SelectField, TextField } from '../../parts/field.js'
import { Picker } from '../../parts/picker.js'
import { fieldsOf, userColumn } from './fields-of.js'
import { ParamField } from './param-field.js'
import { Products } from './products.js'
import { noOptions, RunOptionFields } from './run-options.js'
import { Send } from './send.js'
import { UploadField } from './upload-field.js'
import { nobody, WhoFields } from './who.js'

/** @param {Pipeline} pipeline @returns {readonly How[]} */
const waysOf = pipeline => {
  if (fieldsOf(pipeline).selects) return ['group', 'picked', 'filter', 'has', 'file']
  if (!pipeline.inputs.includes('from')) return []
  return userColumn(pipeline.name) === undefined ? ['file'] : ['file', 'picked']
}

/** A form for any pipeline, made from its parameters. @param {{ pipeline: Pipeline }} props */
export const ChangeForm = ({ pipeline }) => {
  const { tenants } = useSignedIn()
  const ways = waysOf(pipeline)
  const [order, setOrder] = useState(
    /** @type {Order} */ ({
      tenant: tenants[0] ?? '',
      values: {},
      uploads: {},
      groups: [],
      who: { ...nobody, how: ways[0] ?? 'file' },
      fileName: '',
      options: noOptions,
    }),
  )
  const change = (/** @type {Partial<Order>} */ changed) => setOrder(before => ({ ...before, ...changed }))
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
    ${
      tenants.length > 1 &&
      html`<${SelectField}
        label="Tenant"
        value=${order.tenant}
        options=${tenants}
        onValue=${(/** @type {string} */ tenant) => change({ tenant, groups: [], who: { ...order.who, picked: [], groups: [] } })}
      />`
    }
    ${ways.length > 0 && html`<${WhoFields} tenant=${order.tenant} operation=${pipeline.operation} ways=${ways} who=${order.who} onWho=${(/** @type {any} */ changed) => setOrder(before => ({ ...before, who: { ...before.who, ...changed } }))} />`}
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
        <${Picker}
          tenant=${order.tenant}
          of="groups"
          label="Search for a group"
          most=${properties['group']?.type === 'array' ? undefined : 1}
          chosen=${order.groups}
          onChosen=${(/** @type {any} */ groups) => change({ groups })}
        />
      </fieldset>`
    }
    ${fields.main.filter(isProducts).map(name => html`<${Products} key=${name} tenant=${order.tenant} value=${order.values[name]} onValue=${(/** @type {string} */ value) => change({ values: { ...order.values, [name]: value } })} />`)}
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
