// @ts-check
/** @import { ExportKind, Pipeline } from '../../data/forms.js' */
/** @import { Order } from './order.js' */
import { useState } from 'preact/hooks'
import { readExports } from '../../data/forms.js'
import { useSignedIn } from '../../data/person.js'
import { usePromise } from '../../data/use-promise.js'
import { html } from '../../html.js'
import { CheckField, Field, TextField } from '../../parts/field.js'
import { Columns } from './columns.js'
import { CountFirst } from './count-first.js'
import { fieldsOf } from './fields-of.js'
import { GroupsField } from './groups-field.js'
import { ParamField } from './param-field.js'
import { noOptions, RunOptionFields } from './run-options.js'
import { Send } from './send.js'
import { UploadField } from './upload-field.js'
import { whereFirst, WhereField } from './where.js'
import { nobody } from './who.js'

const formats = ['csv', 'jsonl', 'json', 'parquet']
/** Exports of what belongs to groups that are chosen. */
const ofGroups = ['members', 'memberships', 'owners']
/** Parameters with fields of their own. */
const own = ['select', 'preset', 'filter', 'to', 'group', 'transitive', 'limit', 'path', 'days']

/** The form of an export: what, which columns, which objects, and the name of the file. @param {{ pipeline: Pipeline }} props */
export const ExportForm = ({ pipeline }) => {
  const kind = pipeline.name.slice('export '.length)
  const { tenants } = useSignedIn()
  const { value: kinds = [] } = usePromise(readExports)
  const of = kinds.find(({ name }) => name === kind)
  const [order, setOrder] = useState(
    /** @type {Order} */ ({
      where: whereFirst(tenants),
      values: {},
      uploads: {},
      groups: [],
      who: nobody,
      fileName: `${kind}.csv`,
      options: noOptions,
    }),
  )
  const change = (/** @type {Partial<Order>} */ changed) => setOrder(before => ({ ...before, ...changed }))
  const set = (/** @type {string} */ name) => (/** @type {string | boolean} */ value) =>
    change({ values: { ...order.values, [name]: value } })
  const text = (/** @type {string} */ name) => String(order.values[name] ?? '')
  const { properties } = pipeline.params
  const fields = fieldsOf(pipeline)
  const param = (/** @type {string} */ name) =>
    html`<${ParamField}
      key=${name}
      name=${name}
      schema=${properties[name]}
      isRequired=${false}
      value=${order.values[name]}
      onValue=${set(name)}
    />`
  const others = fields.main.filter(name => !own.includes(name))
  const setFormat = (/** @type {string} */ format) =>
    change({ fileName: `${order.fileName.replace(/\.[^.]*$/, '')}.${format}` })
  return html`<${Send} pipeline=${pipeline} order=${order}>
    <${WhereField} where=${order.where} onWhere=${(/** @type {any} */ where) => change({ where, groups: [] })} />
    ${
      ofGroups.includes(kind) &&
      html`<fieldset>
        <legend>Groups</legend>
        <${GroupsField}
          key=${order.where.how}
          where=${order.where}
          chosen=${order.groups}
          onChosen=${(/** @type {any} */ groups) => change({ groups })}
        />
        <${CheckField}
          label="Also members of groups in the groups"
          value=${order.values['transitive'] === true}
          onValue=${set('transitive')}
        />
      </fieldset>`
    }
    ${of && html`<${Columns} kind=${of} preset=${text('preset')} select=${text('select')} onPreset=${set('preset')} onSelect=${set('select')} />`}
    <${TextField}
      label="Filter (optional)"
      hint="OData, such as department eq 'Sales' and accountEnabled eq true"
      value=${text('filter')}
      onValue=${set('filter')}
    />
    ${
      order.where.how === 'one' &&
      html`<${CountFirst}
        tenant=${order.where.name}
        kind=${kind}
        filter=${text('filter')}
        groups=${order.groups}
        transitive=${order.values['transitive'] === true}
      />`
    }
    <${UploadField}
      label="Only objects of a file (optional)"
      isRequired=${false}
      uploaded=${order.uploads['ids']}
      onUploaded=${(/** @type {any} */ ids) => change({ uploads: { ids } })}
    />
    <div class="pairs">
      <${TextField}
        label="File name"
        isRequired
        value=${order.fileName}
        onValue=${(/** @type {string} */ fileName) => change({ fileName })}
      />
      <${Field}
        label="Format"
        control=${(/** @type {string} */ id) =>
          html`<select
            id=${id}
            value=${order.fileName.split('.').at(-1)}
            onChange=${(/** @type {{ currentTarget: HTMLSelectElement }} */ { currentTarget }) => setFormat(currentTarget.value)}
          >
            ${formats.map(format => html`<option value=${format}>${format.toUpperCase()}</option>`)}
          </select>`}
      />
    </div>
    ${
      others.length > 0 &&
      html`<details class="panel">
        <summary>More of the listing</summary>
        <div class="pairs">${others.map(param)}</div>
      </details>`
    }
    ${
      fields.writing.length > 0 &&
      html`<details class="panel">
        <summary>How the file is written</summary>
        <div class="pairs">${fields.writing.map(param)}</div>
      </details>`
    }
    <${RunOptionFields}
      options=${order.options}
      changes=${false}
      onOptions=${(/** @type {any} */ options) => change({ options })}
    />
  <//>`
}
