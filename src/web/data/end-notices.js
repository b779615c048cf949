// @ts-check
/** @import { ListedJob } from './job-list.js' */
import { notify } from '../parts/notices.js'
import { failureOf, successOf } from '../words/counts.js'
import { counted } from '../words/format.js'
import { stateOf } from '../words/states.js'
import { get } from './call.js'
import { downloadOf } from './job-files.js'
import { useEnded } from './job-list.js'

/** A link to the first file that the job wrote, if it wrote any; of several tenants, to the results of all. @param {ListedJob} job */
const fileOf = async ({ id, tenants, counts }) => {
  if (tenants)
    return counts && { href: `/api/jobs/${id}/results?format=csv`, text: 'Download the results', isFile: true }
  const { items } = await get(`/api/jobs/${id}/files`)
  const file = items.find((/** @type {{ name: string }} */ { name }) => !name.endsWith('.manifest.json'))
  return file && { href: downloadOf(id, file).href, text: `Download ${file.name}`, isFile: true }
}

/** @param {ListedJob} job */
const tell = async job => {
  const { word, tone } = stateOf(job)
  const rows =
    job.counts &&
    ` ${counted(successOf(job.counts), 'success', 'successes')}, ${counted(failureOf(job.counts), 'failure')}.`
  const file = await fileOf(job).catch(() => undefined)
  notify(`${job.fileName ?? job.pipeline}: ${word.toLowerCase()}.${rows ?? ''}`, {
    tone: /** @type {'' | 'good' | 'bad' | 'warn'} */ (tone === 'active' ? '' : tone),
    links: [{ href: `/jobs/${job.id}`, text: 'Show the job' }, ...(file ? [file] : [])],
  })
}

/** Jobs that were submitted here, of which a notice tells the end. @type {Set<string>} */
const own = new Set(JSON.parse(sessionStorage.getItem('submitted') ?? '[]'))

const keep = () => sessionStorage.setItem('submitted', JSON.stringify([...own]))

/** Tells how a job ends that was submitted in this window. @param {string} id */
export const tellEndOf = id => {
  own.add(id)
  keep()
}

/** Shows a notice when a job ends that was submitted in this window. */
export const EndNotices = () => {
  useEnded(job => {
    if (!own.delete(job.id)) return
    keep()
    void tell(job)
  })
  return null
}
