// @ts-check
import { html } from '../../html.js'
import { Note } from '../../parts/note.js'
import { Time } from '../../parts/time.js'
import { count, counted } from '../../words/format.js'
import { ImpactPart } from './impact.js'
import { previewOf } from './removals.js'

/** @type {Record<string, string>} */
const verbs = { delete: 'Deletes', disable: 'Disables', remove: 'Removes', rename: 'Renames' }

/** @param {{ what: string, changes: string, of?: string, loss?: string, count: number }} removal */
const removalWords = ({ what, changes, of, loss, count: many }) =>
  loss === undefined
    ? `${verbs[what] ?? what} ${of === undefined ? counted(many, changes) : `${counted(many, 'entry', 'entries')} of ${changes} ${of}`}`
    : `Takes ${loss} from ${counted(many, changes)}`

/** What a job would do, or what its plan says. @param {{ preview: unknown, title: string }} props */
export const Preview = ({ preview, title }) => {
  const {
    send = {},
    final = {},
    removals = [],
    stops = [],
    unchecked = [],
    notes = [],
    waits = {},
    remarks = {},
    notable = {},
    writes,
    requests,
    impact,
    impacts,
  } = previewOf(preview)
  const operations = Object.entries(send)
  return html`<section class="panel" aria-labelledby="preview">
    <h2 id="preview">${title}</h2>
    ${stops.map(({ why, fix }) => html`<${Note} tone="bad">It would stop: ${why} ${fix}<//>`)}
    ${
      removals.length > 0 &&
      html`<${Note} tone="warn"
        ><ul>
          ${removals.map(removal => html`<li>${removalWords(/** @type {any} */ (removal))}</li>`)}
        </ul><//
      >`
    }
    ${
      operations.length === 0
        ? html`<p>Nothing would be sent.</p>`
        : html`<div class="scroll">
            <table>
              <thead>
                <tr>
                  <th>Operation</th>
                  <th class="number">Rows</th>
                  <th class="number">Cannot be undone</th>
                </tr>
              </thead>
              <tbody>
                ${operations.map(
                  ([name, rows]) =>
                    html`<tr>
                      <td>${name}</td>
                      <td class="number">${count(rows)}</td>
                      <td class="number">${count(final[name] ?? 0)}</td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
    }
    <dl class="facts figures">
      ${
        writes !== undefined &&
        html`<dt>Requests that change something</dt>
          <dd>${count(writes)}</dd>`
      }
      ${
        requests !== undefined &&
        html`<dt>Requests in all</dt>
          <dd>${count(requests)}</dd>`
      }
      ${Object.entries(notable).map(
        ([name, rows]) =>
          html`<dt>About ${name}</dt>
            <dd>${count(rows)}</dd>`,
      )}
      ${Object.entries(waits).map(
        ([at, rows]) =>
          html`<dt>Later, at <${Time} at=${at} /></dt>
            <dd>${count(rows)}</dd>`,
      )}
    </dl>
    ${Object.entries(remarks).map(([remark, rows]) => html`<p>${remark}: ${counted(rows, 'row')}</p>`)}
    ${[...unchecked.map(each => `Not checked: ${each}`), ...notes].map(text => html`<p class="quiet">${text}</p>`)}
    ${[...(impact ? [impact] : []), ...(impacts ?? [])].map(each => html`<${ImpactPart} impact=${each} />`)}
  </section>`
}
