// @ts-check
import { AccessView } from './access/access-view.js'
import { ApprovalsView } from './approvals-view.js'
import { AuditView } from './audit-view.js'
import { JobView } from './job/job-view.js'
import { JobsView } from './jobs/jobs-view.js'
import { MissingView } from './missing-view.js'
import { ScheduleView } from './schedules/schedule-view.js'
import { SchedulesView } from './schedules/schedules-view.js'
import { SubmitView } from './submit/catalogue.js'
import { SubmitOne } from './submit/submit-form.js'
import { TenantsView } from './tenants-view.js'

/**
 * @typedef {{ id: string | undefined, query: URLSearchParams }} ViewProps `id` is what comes after the address of the view
 * @typedef {{ at: string, name: string, View: (props: any) => unknown, Of?: (props: any) => unknown, role?: 'Operator' | 'Approver' | 'Admin' }} View
 */

/** The views: `View` at their address, and `Of` for one thing below it. @type {readonly View[]} */
export const views = [
  { at: '/jobs', name: 'Jobs', View: JobsView, Of: JobView },
  { at: '/submit', name: 'Submit', View: SubmitView, Of: SubmitOne, role: 'Operator' },
  { at: '/schedules', name: 'Schedules', View: SchedulesView, Of: ScheduleView },
  { at: '/approvals', name: 'Approvals', View: ApprovalsView },
  { at: '/tenants', name: 'Tenants', View: TenantsView },
  { at: '/audit', name: 'Audit', View: AuditView },
  { at: '/access', name: 'Access', View: AccessView, role: 'Admin' },
]

/** What is shown at an address. @param {string} path */
export const viewOf = path => {
  if (path === '/') return { View: JobsView, id: undefined }
  const [, first = '', ...rest] = path.split('/')
  const view = views.find(({ at }) => at === `/${first}`)
  const id = rest.length === 0 ? undefined : rest.map(decodeURIComponent).join('/')
  return { View: (id === undefined ? view?.View : view?.Of) ?? MissingView, id }
}
