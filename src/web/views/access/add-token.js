// @ts-check
import { useState } from 'preact/hooks'
import { now } from '../../clock.js'
import { post } from '../../data/call.js'
import { useSignedIn } from '../../data/person.js'
import { html } from '../../html.js'
import { Confirm } from '../../parts/confirm.js'
import { Dialog } from '../../parts/dialog.js'
import { CheckField, SelectField, TextField } from '../../parts/field.js'
import { Note } from '../../parts/note.js'

const roles = [
  { value: 'Reader', text: 'Reader: sees jobs, results and files' },
  { value: 'Operator', text: 'Operator: also submits, cancels and undoes' },
  { value: 'Approver', text: 'Approver: approves plans of others' },
  { value: 'Admin', text: 'Admin: everything, and makes tokens' },
]
const dayMs = 86_400_000

/** Makes a token, and shows its secret once. @param {{ onMade: () => void, onClose: () => void }} props */
export const AddToken = ({ onMade, onClose }) => {
  const { tenants } = useSignedIn()
  const [name, setName] = useState('')
  const [role, setRole] = useState('Reader')
  const [person, setPerson] = useState('')
  const [days, setDays] = useState('90')
  const [chosen, setChosen] = useState(/** @type {readonly string[]} */ (tenants))
  const [secret, setSecret] = useState(/** @type {string | undefined} */ (undefined))
  const make = async () => {
    const { token } = await post('/api/access', {
      name,
      role,
      tenants: chosen,
      ...(person.trim() !== '' && { person: person.trim() }),
      expiresAt: new Date(now() + Number(days) * dayMs).toISOString(),
    })
    setSecret(token)
    onMade()
    return false
  }
  if (secret !== undefined)
    return html`<${Dialog} title="The token" onClose=${onClose}>
      <${Note} tone="warn">It is shown once. Give it to whom it is for, and to nobody else.<//>
      <p><code>${secret}</code></p>
      <div class="actions"><button class="main" onClick=${onClose}>Close</button></div>
    <//>`
  return html`<${Confirm} title="Make a token" action="Make" onConfirm=${make} onClose=${onClose}>
    <${TextField} label="Name" hint="Letters, digits, blanks and . _ - @" isRequired value=${name} onValue=${setName} />
    <${SelectField} label="Role" value=${role} options=${roles} onValue=${setRole} />
    <${TextField}
      label="Person (optional)"
      hint="Who uses it. A token without a person is that of a program, and approves nothing."
      value=${person}
      onValue=${setPerson}
    />
    <${TextField} label="Days" type="number" isRequired value=${days} onValue=${setDays} />
    ${
      tenants.length > 1 &&
      html`<fieldset>
        <legend>Tenants</legend>
        ${tenants.map(
          tenant =>
            html`<${CheckField}
              key=${tenant}
              label=${tenant}
              value=${chosen.includes(tenant)}
              onValue=${(/** @type {boolean} */ isOn) => setChosen(isOn ? [...chosen, tenant] : chosen.filter(each => each !== tenant))}
            />`,
        )}
      </fieldset>`
    }
  <//>`
}
