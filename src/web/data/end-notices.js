// @ts-check
/** @import { ListedJob } from './job-list.js' */
import { notify } from '../parts/notices.js'
import { failureOf, successOf } from '../words/counts.js'
import { counted } from '../words/format.js'
import { stateOf } from '../words/states.js'
import { get } from './call.js'
import { useEnded } from './job-list.js'

/** The first file that the job wrote, if it wrote any. @param {string} id */
const fileOf = async id => {
  const { items } = await get(`/api/jobs/${id}/files`)
  return items.find((/** @type {{ name: string }} */ { name }) => !name.endsWith('.manifest.json'))
}

/** @param {ListedJob} job */
const tell = async job => {
  const { word, tone } = stateOf(job)
  const rows =
    job.counts &&
    ` ${counted(successOf(job.counts), 'success', 'successes')}, ${counted(failureOf(job.counts), 'failure')}.`
  const file = await fileOf(job.id).catch(() => undefined)
  notify(`${job.fileName ?? job.pipeline}: ${word.toLowerCase()}.${rows ?? ''}`, {
    tone: /** @type {'' | 'good' | 'bad' | 'warn'} */ (tone === 'active' ? '' : tone),
    links: [
      { href: `/jobs/${job.id}`, text: 'Show the job' },
      ...(file
        ? [
            {
              href: `/api/jobs/${job.id}/files/${encodeURIComponent(file.name)}`,
              text: `Download ${file.name}`,
              isFile: true,
            },
          ]
        : []),
    ],
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
