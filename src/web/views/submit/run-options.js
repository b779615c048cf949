// @ts-check
import { html } from '../../html.js'
import { CheckField, TextField } from '../../parts/field.js'

/** @typedef {{ reason: string, ticket: string, at: string, notAfter: string, maxRemovals: string, maxFailed: string, limit: string, quotaShare: string, includePrivileged: boolean, irreversible: boolean }} RunOptions as they are typed; times in the reader's zone */

/** @type {RunOptions} */
export const noOptions = {
  ...{ reason: '', ticket: '', at: '', notAfter: '', maxRemovals: '', maxFailed: '', limit: '', quotaShare: '' },
  ...{ includePrivileged: false, irreversible: false },
}

/** The fields of a request for a job. @param {RunOptions} options */
export const bodyOfOptions = ({ at, notAfter, maxRemovals, maxFailed, limit, quotaShare, ...rest }) => ({
  ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== '' && value !== false)),
  ...(at !== '' && { at: new Date(at).toISOString() }),
  ...(notAfter !== '' && { notAfter: new Date(notAfter).toISOString() }),
  ...(maxRemovals !== '' && { maxRemovals: Number(maxRemovals) }),
  ...(maxFailed !== '' && { maxFailed: /%$/.test(maxFailed) ? maxFailed : Number(maxFailed) }),
  ...(limit !== '' && { limit: Number(limit) }),
  ...(quotaShare !== '' && { quotaShare: Number(quotaShare) / 100 }),
})

/** When a job starts, why, and what stops it. @param {{ options: RunOptions, onOptions: (options: RunOptions) => void, changes: boolean }} props `changes`: whether it changes the directory */
export const RunOptionFields = ({ options, onOptions, changes }) => {
  const text = (
    /** @type {keyof RunOptions} */ name,
    /** @type {string} */ label,
    /** @type {string} */ hint,
    /** @type {object} */ more = {},
  ) =>
    html`<${TextField}
      label=${label}
      hint=${hint}
      value=${options[name]}
      onValue=${(/** @type {string} */ value) => onOptions({ ...options, [name]: value })}
      ...${more}
    />`
  const check = (/** @type {keyof RunOptions} */ name, /** @type {string} */ label, /** @type {string} */ hint) =>
    html`<${CheckField}
      label=${label}
      hint=${hint}
      value=${options[name]}
      onValue=${(/** @type {boolean} */ value) => onOptions({ ...options, [name]: value })}
    />`
  return html`<details class="panel">
    <summary>When and how it runs</summary>
    <div class="pairs">
      ${changes && text('reason', 'Reason', 'Why it is done, for the audit')}
      ${changes && text('ticket', 'Ticket', 'Its number in another system')}
      ${text('at', 'Start at', 'At once if it is empty', { type: 'datetime-local' })}
      ${text('notAfter', 'Not after', 'A job that has not begun by then is missed', { type: 'datetime-local' })}
      ${changes && text('maxRemovals', 'Most removals', 'It stops before it removes more', { type: 'number' })}
      ${text('maxFailed', 'Most failed rows', 'A number, or a share such as 5%', { pattern: '\\d+(\\.\\d+)?%?' })}
      ${text('limit', 'Most rows', 'It ends after so many', { type: 'number' })}
      ${changes && text('quotaShare', 'Share of the quota', 'Percent of what the tenant allows', { type: 'number' })}
    </div>
    ${
      changes &&
      html`${check('includePrivileged', 'Include protected accounts', 'Also change administrators and other accounts that are protected')}
      ${check('irreversible', 'Include what nothing undoes', 'Confirm changes that cannot be undone')}`
    }
  </details>`
}
