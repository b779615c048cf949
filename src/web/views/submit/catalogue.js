// @ts-check
/** @import { Pipeline } from '../../data/forms.js' */
import { useState } from 'preact/hooks'
import { readPipelines } from '../../data/forms.js'
import { usePromise } from '../../data/use-promise.js'
import { html } from '../../html.js'
import { Note } from '../../parts/note.js'
import { SearchBar } from '../../parts/search-bar.js'
import { ViewHead } from '../../parts/view.js'

/** The kinds of objects by which pipelines are listed, in the order of how often people need them. */
const kinds = [
  ...['export', 'users', 'groups', 'members', 'owners', 'licenses', 'devices', 'roles', 'admin-units', 'apps'],
  ...['service-principals', 'app-roles'],
]

/** @param {Pipeline} pipeline */
const kindOf = ({ name }) => {
  const [first = '', ...rest] = name.split(' ')
  return rest.length > 0 && kinds.includes(first) ? first : 'others'
}

/** What can be submitted. */
export const SubmitView = () => {
  const { value: pipelines = [], error } = usePromise(readPipelines)
  const [text, setText] = useState('')
  const found = pipelines.filter(({ name, summary }) =>
    `${name} ${summary}`.toLowerCase().includes(text.trim().toLowerCase()),
  )
  const groups = [...kinds, 'others'].map(kind => ({ kind, of: found.filter(pipeline => kindOf(pipeline) === kind) }))
  return html`<${ViewHead} title="Submit" />
    ${error !== undefined && html`<${Note} tone="bad">${error}<//>`}
    <${SearchBar} placeholder="users create" text=${text} onText=${setText} />
    <div class="catalogue">
      ${groups
        .filter(({ of }) => of.length > 0)
        .map(
          ({ kind, of }) =>
            html`<section key=${kind}>
              <h2>${kind}</h2>
              <ul>
                ${of.map(({ name, summary }) => html`<li key=${name}><a href="/submit/${encodeURIComponent(name)}" title=${summary}>${name}</a></li>`)}
              </ul>
            </section>`,
        )}
    </div>
    ${pipelines.length > 0 && found.length === 0 && html`<p>Nothing matches.</p>`}`
}
