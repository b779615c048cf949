// @ts-check
/** @import { Found } from '../../parts/picker.js' */
/** @import { Where } from './where.js' */
import { useState } from 'preact/hooks'
import { html } from '../../html.js'
import { TextField } from '../../parts/field.js'
import { Picker } from '../../parts/picker.js'
import { lookedInto } from './where.js'

/**
 * Chooses groups: by searching in one tenant, and by their names in several.
 *
 * @param {{ where: Where, most?: number, chosen: readonly Found[], onChosen: (chosen: readonly Found[]) => void }} props
 */
export const GroupsField = ({ where, most, chosen, onChosen }) => {
  const [text, setText] = useState('')
  if (where.how === 'one')
    return html`<${Picker}
      tenant=${lookedInto(where)}
      of="groups"
      label=${most === 1 ? 'Search for a group' : 'Search for groups'}
      most=${most}
      chosen=${chosen}
      onChosen=${onChosen}
    />`
  const type = (/** @type {string} */ typed) => {
    setText(typed)
    const names = typed.split(',').map(each => each.trim())
    onChosen(names.filter(Boolean).map(name => ({ id: name, displayName: name, mail: null })))
  }
  return html`<${TextField}
    label=${most === 1 ? 'Name of the group' : 'Names of groups'}
    hint=${most === 1 ? 'The same in each tenant' : 'The same in each tenant; several with commas'}
    value=${text}
    onValue=${type}
  />`
}
