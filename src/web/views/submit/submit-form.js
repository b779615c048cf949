// @ts-check
/** @import { Pipeline } from '../../data/forms.js' */
import { readPipelines } from '../../data/forms.js'
import { usePromise } from '../../data/use-promise.js'
import { html } from '../../html.js'
import { Note } from '../../parts/note.js'
import { ViewHead } from '../../parts/view.js'
import { ChangeForm } from './change-form.js'
import { ExportForm } from './export-form.js'

/** The form of one pipeline. @param {{ id: string, query: URLSearchParams }} props `id` is its name */
export const SubmitOne = ({ id }) => {
  const { value, error } = usePromise(readPipelines)
  const pipeline = value?.find(({ name }) => name === id)
  const message = error ?? (value && !pipeline ? `The server has no pipeline ${id}.` : undefined)
  return html`<${ViewHead} title=${id} beside=${pipeline && html`<span class="quiet">${pipeline.summary}</span>`} />
    ${message !== undefined && html`<${Note} tone="bad">${message}<//>`}
    ${pipeline && (id.startsWith('export ') ? html`<${ExportForm} pipeline=${pipeline} />` : html`<${ChangeForm} pipeline=${pipeline} />`)}`
}
