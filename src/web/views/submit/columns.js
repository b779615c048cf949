// @ts-check
/** @import { ExportKind } from '../../data/forms.js' */
import { useState } from 'preact/hooks'
import { html } from '../../html.js'
import { SelectField, TextField } from '../../parts/field.js'

/**
 * The columns of an export: a known layout, or chosen ones.
 *
 * @param {{ kind: ExportKind, preset: string, select: string, onPreset: (preset: string) => void, onSelect: (select: string) => void }} props `select`: names with commas
 */
export const Columns = ({ kind: { columns, presets }, preset, select, onPreset, onSelect }) => {
  const [text, setText] = useState('')
  const chosen = select === '' ? [] : select.split(',')
  const found = columns.filter(name => !chosen.includes(name) && name.toLowerCase().includes(text.trim().toLowerCase()))
  const layouts = [
    { value: '', text: 'The usual columns' },
    ...presets.map(({ name, summary }) => ({ value: name, text: `${name}: ${summary}` })),
    { value: 'all', text: 'all: every property that Graph lists' },
  ]
  return html`<fieldset>
    <legend>Columns</legend>
    ${presets.length > 0 && chosen.length === 0 && html`<${SelectField} label="Layout" value=${preset} options=${layouts} onValue=${onPreset} />`}
    ${
      chosen.length > 0 &&
      html`<ul class="chips" aria-label="Chosen columns">
        ${chosen.map(
          name =>
            html`<li key=${name}>
              ${name}
              <button
                type="button"
                class="plain"
                aria-label=${`Leave ${name} out`}
                onClick=${() => onSelect(chosen.filter(each => each !== name).join(','))}
              >
                ×
              </button>
            </li>`,
        )}
      </ul>`
    }
    ${
      columns.length === 0
        ? html`<${TextField}
            label="Properties (optional)"
            hint="Several with commas"
            value=${select}
            onValue=${onSelect}
          />`
        : preset === '' &&
          html`<details>
            <summary>Choose columns</summary>
            <${TextField} label="Search" type="search" value=${text} onValue=${setText} />
            <ul class="found" aria-label="Columns">
              ${found.map(name => html`<li key=${name}><button type="button" onClick=${() => onSelect([...chosen, name].join(','))}>${name}</button></li>`)}
            </ul>
          </details>`
    }
  </fieldset>`
}
