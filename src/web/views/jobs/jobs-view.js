// @ts-check
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { isRun } from '../../data/job-address.js'
import { useJobs } from '../../data/job-list.js'
import { useSignedIn } from '../../data/person.js'
import { html } from '../../html.js'
import { EvenTable } from '../../parts/even-table.js'
import { Note } from '../../parts/note.js'
import { ViewHead } from '../../parts/view.js'
import { go } from '../../route.js'
import { counted } from '../../words/format.js'
import { columns, nameOf } from './columns.js'
import { DeleteJobs } from './delete-jobs.js'
import { filtered, filterIn, sorted } from './filter.js'
import { FilterBar } from './filter-bar.js'

/** @param {import('./filter.js').Filter} filter */
const addressOf = filter => {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== '')).toString()
  return `/jobs${query && `?${query}`}`
}

/** The list of all jobs. @param {{ query: URLSearchParams }} props */
export const JobsView = ({ query }) => {
  const { jobs, isComplete, isFull, error } = useJobs()
  const { tenants, may } = useSignedIn()
  const filter = filterIn(query)
  const [by, setBy] = useState({ name: 'created', isDown: true })
  const [chosen, setChosen] = useState(/** @type {ReadonlySet<string>} */ (new Set()))
  const [isDeleting, setDeleting] = useState(false)
  // What opened the dialog is gone when the jobs are: the focus goes to where the view begins.
  const hasDeleted = useRef(false)
  useEffect(() => {
    if (isDeleting || !hasDeleted.current) return
    hasDeleted.current = false
    document.querySelector('h1')?.focus()
  }, [isDeleting])
  const rows = useMemo(() => sorted(filtered(jobs, filter), by), [jobs, query, by])
  const shownColumns = columns.filter(({ name }) => name !== 'tenant' || tenants.length > 1)
  const choose = (/** @type {readonly string[]} */ keys, /** @type {boolean} */ isChosen) => {
    const next = new Set(chosen)
    for (const key of keys) next[isChosen ? 'add' : 'delete'](key)
    setChosen(next)
  }
  const picked = rows.filter(({ id }) => chosen.has(id))
  return html`<${ViewHead} title="Jobs" />
    <${FilterBar}
      jobs=${jobs}
      filter=${filter}
      onFilter=${(/** @type {any} */ next) => go(addressOf(next), { replaces: true })}
    />
    ${error !== undefined && html`<${Note} tone="bad">${error}<//>`}
    <${EvenTable}
      label="Jobs"
      columns=${shownColumns}
      rows=${rows}
      keyOf=${(/** @type {{ id: string }} */ { id }) => id}
      nameOf=${nameOf}
      sorted=${by}
      onSort=${(/** @type {string} */ name) => setBy(({ name: before, isDown }) => ({ name, isDown: before === name ? !isDown : name === 'created' }))}
      canChoose=${(/** @type {{ id: string }} */ { id }) => !isRun(id)}
      chosen=${may('Operator') ? chosen : undefined}
      onChoose=${choose}
    />
    <div class="under">
      <span role="status">
        ${
          rows.length === 0 && isComplete
            ? jobs.length === 0
              ? 'No jobs yet.'
              : 'No job matches.'
            : `${counted(rows.length, 'job')}${rows.length === jobs.length ? '' : ` of ${counted(jobs.length, 'job')}`}${isComplete ? '' : ', loading more…'}`
        }
        ${isFull && ' Older jobs are not listed here; entrapipe jobs list shows them.'}
      </span>
      ${
        picked.length > 0 &&
        html`<span>${counted(picked.length, 'job')} selected</span>
          <button class="danger" onClick=${() => setDeleting(true)}>Delete…</button>`
      }
    </div>
    ${
      isDeleting &&
      html`<${DeleteJobs}
        jobs=${picked}
        onDeleted=${() => {
          hasDeleted.current = true
          setChosen(new Set())
        }}
        onClose=${() => setDeleting(false)}
      />`
    }`
}
