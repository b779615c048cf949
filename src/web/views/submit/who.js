// @ts-check
/** @import { Found } from '../../parts/picker.js' */
/** @import { Uploaded } from './upload-field.js' */
/** @import { Where } from './where.js' */
import { useId } from 'preact/hooks'
import { html } from '../../html.js'
import { CheckField, TextField } from '../../parts/field.js'
import { Picker } from '../../parts/picker.js'
import { GroupsField } from './groups-field.js'
import { UploadField } from './upload-field.js'
import { lookedInto } from './where.js'

/**
 * @typedef {'file' | 'picked' | 'group' | 'filter' | 'has'} How how objects are chosen
 * @typedef {{ how: How, uploaded?: Uploaded | undefined, picked: readonly Found[], groups: readonly Found[], transitive: boolean, filter: string, has: string }} Who
 */

/** @type {Who} */
export const nobody = { how: 'file', picked: [], groups: [], transitive: false, filter: '', has: '' }

/** @type {Record<How, string>} */
const words = {
  file: 'A file',
  picked: 'Chosen users',
  group: 'Members of groups',
  filter: 'Users by a filter',
  has: 'Users with a product',
}

/**
 * Whom a job is about.
 *
 * @param {{ where: Where, operation: string | undefined, ways: readonly How[], who: Who, onWho: (changed: Partial<Who>) => void }} props `ways`: those that the pipeline has
 */
export const WhoFields = ({ where, operation, ways, who, onWho }) => {
  const name = useId()
  const { how } = who
  return html`<fieldset>
    <legend>${ways.length > 1 ? 'Whom it is about' : 'Rows'}</legend>
    ${
      ways.length > 1 &&
      html`<div class="actions ways">
        ${ways.map(
          way =>
            html`<label class="check">
              <input type="radio" name=${name} checked=${how === way} onChange=${() => onWho({ how: way })} />
              <span>${words[way]}</span>
            </label>`,
        )}
      </div>`
    }
    ${how === 'file' && html`<${UploadField} label="File" operation=${operation} isRequired uploaded=${who.uploaded} onUploaded=${(/** @type {Uploaded | undefined} */ uploaded) => onWho({ uploaded })} />`}
    ${how === 'picked' && html`<${Picker} tenant=${lookedInto(where)} of="users" label="Search for users" chosen=${who.picked} onChosen=${(/** @type {readonly Found[]} */ picked) => onWho({ picked })} />`}
    ${
      how === 'group' &&
      html`<${GroupsField}
          key=${where.how}
          where=${where}
          chosen=${who.groups}
          onChosen=${(/** @type {readonly Found[]} */ groups) => onWho({ groups })}
        />
        <${CheckField}
          label="Also members of groups in the groups"
          value=${who.transitive}
          onValue=${(/** @type {boolean} */ transitive) => onWho({ transitive })}
        />`
    }
    ${how === 'filter' && html`<${TextField} label="Filter" hint="OData, such as department eq 'Sales'" isRequired value=${who.filter} onValue=${(/** @type {string} */ filter) => onWho({ filter })} />`}
    ${how === 'has' && html`<${TextField} label="Products" hint="Part numbers or names, several with commas" isRequired value=${who.has} onValue=${(/** @type {string} */ has) => onWho({ has })} />`}
  </fieldset>`
}
