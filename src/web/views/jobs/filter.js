// @ts-check
/** @import { ListedJob } from '../../data/job-list.js' */
import { isOver } from '../../words/states.js'
import { columns, nameOf, reasonOf, typeOf } from './columns.js'

/** @typedef {{ state: string, pipeline: string, tenant: string, text: string }} Filter empty texts match all; the state `active` those that have not ended */

/** The filter in an address. @param {URLSearchParams} query @returns {Filter} */
export const filterIn = query => ({
  state: query.get('state') ?? '',
  pipeline: query.get('pipeline') ?? '',
  tenant: query.get('tenant') ?? '',
  text: query.get('text') ?? '',
})

/** Whether a job is about a tenant. @param {Pick<ListedJob, 'tenant' | 'tenants'>} job @param {string} name */
export const isOf = ({ tenant, tenants }, name) => (tenants ? tenants.includes(name) : tenant === name)

/** @param {readonly ListedJob[]} jobs @param {Filter} filter */
export const filtered = (jobs, { state, pipeline, tenant, text }) => {
  const wanted = text.trim().toLowerCase()
  return jobs.filter(
    job =>
      (state === '' || (state === 'active' ? !isOver(job.state) : job.state === state)) &&
      (pipeline === '' || job.pipeline === pipeline) &&
      (tenant === '' || isOf(job, tenant)) &&
      (wanted === '' ||
        [nameOf(job), typeOf(job), reasonOf(job), job.by, job.id, job.run ?? '', job.schedule ?? ''].some(each =>
          each.toLowerCase().includes(wanted),
        )),
  )
}

/** @param {readonly ListedJob[]} jobs the newest first @param {{ name: string, isDown: boolean }} by */
export const sorted = (jobs, { name, isDown }) => {
  const sort = columns.find(column => column.name === name)?.sort
  if (!sort || (name === 'created' && isDown)) return jobs
  const keyed = jobs.map(job => ({ job, key: sort(job) }))
  keyed.sort((one, other) => {
    const order =
      typeof one.key === 'number' && typeof other.key === 'number'
        ? one.key - other.key
        : String(one.key) < String(other.key)
          ? -1
          : String(one.key) > String(other.key)
            ? 1
            : 0
    return isDown ? -order : order
  })
  return keyed.map(({ job }) => job)
}
