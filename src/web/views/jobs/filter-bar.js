// @ts-check
/** @import { ListedJob } from '../../data/job-list.js' */
/** @import { Filter } from './filter.js' */
import { useMemo } from 'preact/hooks'
import { useSignedIn } from '../../data/person.js'
import { html } from '../../html.js'
import { states, wordOf } from '../../words/states.js'

/**
 * @param {{ jobs: readonly ListedJob[], filter: Filter, onFilter: (filter: Filter) => void }} props
 */
export const FilterBar = ({ jobs, filter, onFilter }) => {
  const { tenants } = useSignedIn()
  const pipelines = useMemo(() => [...new Set(jobs.map(({ pipeline }) => pipeline))].sort(), [jobs])
  const change =
    (/** @type {keyof Filter} */ name) =>
    (/** @type {{ currentTarget: HTMLInputElement | HTMLSelectElement }} */ { currentTarget }) =>
      onFilter({ ...filter, [name]: currentTarget.value })
  return html`<search class="bar">
    <label>
      Search
      <input type="search" placeholder="File, reason, submitter" value=${filter.text} onInput=${change('text')} />
    </label>
    <label>
      State
      <select value=${filter.state} onChange=${change('state')}>
        <option value="">All</option>
        <option value="active">Not ended</option>
        ${states.map(state => html`<option value=${state}>${wordOf(state)}</option>`)}
      </select>
    </label>
    <label>
      Type
      <select value=${filter.pipeline} onChange=${change('pipeline')}>
        <option value="">All</option>
        ${pipelines.map(name => html`<option value=${name}>${name}</option>`)}
      </select>
    </label>
    ${
      tenants.length > 1 &&
      html`<label>
        Tenant
        <select value=${filter.tenant} onChange=${change('tenant')}>
          <option value="">All</option>
          ${tenants.map(name => html`<option value=${name}>${name}</option>`)}
        </select>
      </label>`
    }
  </search>`
}
